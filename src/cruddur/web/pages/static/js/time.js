// Shows times in the words and the zone of the reader.

// The page is in English, so that a date in another language would read badly in it.
const LOCALE = navigator.language?.startsWith("en") ? navigator.language : "en-GB";
/** What writes a time in this form. It is made when it is first needed: that takes a phone some milliseconds.
    @param {Intl.DateTimeFormatOptions} options */
function format(options) {
  /** @type {Intl.DateTimeFormat | null} */
  let made = null;
  return (/** @type {string} */ iso) => {
    made ??= new Intl.DateTimeFormat(LOCALE, options);
    return made.format(new Date(iso));
  };
}

const weekday = format({ weekday: "short" });
const day = format({ day: "numeric", month: "short" });
const dayAndYear = format({ day: "numeric", month: "short", year: "numeric" });
const longWeekday = format({ weekday: "long", day: "numeric", month: "long" });

export const clock = format({ hour: "numeric", minute: "2-digit" });
/** "23 November 2026". */
export const longDay = format({ day: "numeric", month: "long", year: "numeric" });
export const fullTime = format({ dateStyle: "full", timeStyle: "short" });

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
  return (sameYear(iso) ? longWeekday : longDay)(iso);
}

/** For the inbox: "14:03", "Yesterday", "Mon", "3 Nov".
    @param {string} iso */
export function shortTime(iso) {
  const days = daysAgo(iso);
  if (days <= 0) return clock(iso);
  if (days === 1) return "Yesterday";
  if (days < 7) return weekday(iso);
  return (sameYear(iso) ? day : dayAndYear)(iso);
}
