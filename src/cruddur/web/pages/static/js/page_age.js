// How old this page is.

/** The milliseconds since this page was asked for. Some clocks stand still while a computer sleeps, so both are read. */
export const pageAge = () => Math.max(performance.now(), Date.now() - performance.timeOrigin);
