// How a page of another product wants this one to look. What it says is checked value by value: it is no style sheet.

/** By the names that hosts use: the page's own variables. */
const COLOURS = {
  "--cruddur-accent": ["--accent", "--accent-text"],
  "--cruddur-accent-ink": ["--accent-ink"],
  "--cruddur-ground": ["--ground"],
  "--cruddur-panel": ["--panel"],
  "--cruddur-ink": ["--ink"],
  "--cruddur-quiet": ["--quiet"],
  "--cruddur-line": ["--line"],
  "--cruddur-own": ["--own"],
  "--cruddur-own-ink": ["--own-ink"],
  "--cruddur-theirs": ["--theirs", "--raised"],
  "--cruddur-alert": ["--alert"],
};
const SCHEMES = ["system", "light", "dark"];

/** @param {Client.Look} look */
export function applyLook({ scheme, variables }) {
  const { dataset, style } = document.documentElement;
  if (scheme && SCHEMES.includes(scheme)) dataset.theme = scheme;
  const given = Object(variables);
  /** @param {string} name
      @param {string} property with whose values it is compared */
  const valid = (name, property) => {
    const value = given[name];
    return typeof value === "string" && CSS.supports(property, value) ? value : null;
  };
  for (const [name, ours] of Object.entries(COLOURS)) {
    const colour = valid(name, "color");
    if (colour) for (const one of ours) style.setProperty(one, colour);
  }
  const radius = valid("--cruddur-radius", "border-radius");
  if (radius) style.setProperty("--round", radius);
  const font = valid("--cruddur-font", "font-family");
  if (font) style.fontFamily = font;
}
