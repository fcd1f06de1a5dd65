// Shows times in the words and the zone of the reader.

// The page is in English, so that a date in another language would read badly in it.
const LOCALE = navigator.language?.startsWith("en") ? navigator.language : "en-GB";
/** @param {Intl.DateTimeFormatOptions} options */
const format = (options) => new Intl.DateTimeFormat(LOCALE, options);

const CLOCK = format({ hour: "numeric", minute: "2-digit" });
const WEEKDAY = format({ weekday: "short" });
const DAY = format({ day: "numeric", month: "short" });
const DAY_AND_YEAR = format({ day: "numeric", month: "short", year: "numeric" });
const LONG_DAY = format({ weekday: "long", day: "numeric", month: "long" });
const LONG_DAY_AND_YEAR = format({ day: "numeric", month: "long", year: "numeric" });
const FULL = format({ dateStyle: "full", timeStyle: "short" });

/** @param {string} iso */
export const clock = (iso) => CLOCK.format(new Date(iso));
/** "23 November 2026", with the day of the week.
    @param {string} iso */
export const longDay = (iso) => LONG_DAY_AND_YEAR.format(new Date(iso));
/** @param {string} iso */
export const fullTime = (iso) => FULL.format(new Date(iso));

/** A key that is equal for all times of one local day.
    @param {string} iso */
export function dayKey(iso) {
  const moment = new Date(iso);
  return `${moment.getFullYear()}-${moment.getMonth() + 1}-${moment.getDate()}`;
}

/** The number of local midnights since that time.
    @param {string} iso */
function daysAgo(iso) {
  const then = new Date(iso);
  const now = new Date();
  /** @param {Date} date */
  const midnight = (date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(now) - midnight(then)) / 86_400_000);
}

/** @param {string} iso */
const sameYear = (iso) => new Date(iso).getFullYear() === new Date().getFullYear();

/** For a line between two days: "Today", "Yesterday", "Monday, 23 November".
    @param {string} iso */
export function dayLabel(iso) {
  const days = daysAgo(iso);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return (sameYear(iso) ? LONG_DAY : LONG_DAY_AND_YEAR).format(new Date(iso));
}

/** For the inbox: "14:03", "Yesterday", "Mon", "3 Nov".
    @param {string} iso */
export function shortTime(iso) {
  const days = daysAgo(iso);
  if (days <= 0) return clock(iso);
  if (days === 1) return "Yesterday";
  if (days < 7) return WEEKDAY.format(new Date(iso));
  return (sameYear(iso) ? DAY : DAY_AND_YEAR).format(new Date(iso));
}
