// How <cruddur-conversation> looks.

export const CONVERSATION_STYLE = `
.whole { display: flex; flex-direction: column; height: 100%; background: var(--ground); }
.top { display: flex; align-items: center; gap: 12px; flex: none; min-height: 48px; padding: 10px 16px; background: var(--panel);
  border-bottom: 1px solid var(--line); }
.top .face { align-self: center; width: 32px; height: 32px; font-size: 0.8125em; }
.name { overflow: hidden; font-size: 1.0625em; text-overflow: ellipsis; white-space: nowrap; }
.state { flex: none; color: var(--quiet); font-size: 0.875em; }
.frame { position: relative; flex: 1; min-height: 0; }
.log { display: flex; flex-direction: column-reverse; height: 100%; padding: 12px 16px; overflow: hidden auto; overflow-anchor: none;
  overscroll-behavior: contain; }
.newest { position: absolute; inset-inline-end: 14px; bottom: 12px; min-width: 40px; min-height: 40px; padding: 4px 12px; border: 1px solid var(--line);
  border-radius: 20px; background: var(--panel); color: var(--accent); font-weight: 600; box-shadow: 0 2px 8px rgb(0 0 0 / 18%); }
.older { display: block; margin: 0 auto 12px; }
ol { display: flex; flex-direction: column; align-items: flex-start; }
.day, .event { align-self: center; margin: 10px 0 6px; padding: 2px 12px; color: var(--quiet); font-size: 0.8125em; text-align: center; }
.day.new { align-self: stretch; border-radius: 0; color: var(--accent); font-weight: 600; border-bottom: 1px solid currentcolor; }
.message { max-width: min(85%, 40em); margin-top: 3px; padding: 7px 12px; border-radius: var(--radius); background: var(--theirs);
  overflow-wrap: anywhere; }
.message.first { margin-top: 10px; }
.message.own { align-self: flex-end; background: var(--own); color: var(--own-ink); }
.author { display: block; color: var(--accent); font-size: 0.875em; font-weight: 600; }
.text { white-space: pre-wrap; }
.text a { color: inherit; }
.text :is(ul, ol) { display: block; padding-inline-start: 1.4em; list-style: revert; }
.text :is(pre, code) { font-family: ui-monospace, monospace; font-size: 0.9375em; }
.text blockquote, .quote { padding-inline-start: 8px; border-inline-start: 3px solid var(--accent); }
.quote { display: block; max-width: 100%; min-height: 24px; margin-bottom: 4px; border-radius: 0; font-size: 0.9em; text-align: start; }
.quote:disabled { cursor: default; opacity: 0.8; }
.quote .author { display: inline; }
.gone { font-style: italic; opacity: 0.8; }
.foot { display: flex; align-items: center; justify-content: flex-end; gap: 0.4em; margin-top: 2px; font-size: 0.75em; }
.foot time { opacity: 0.8; }
.tools { display: flex; gap: 4px; margin-inline-end: auto; }
.tools .chip { min-width: 32px; min-height: 24px; padding: 0 4px; border-color: transparent; }
.more { font-weight: 600; }
.message.found { outline: 3px solid var(--accent); outline-offset: 1px; }
.by { display: flex; align-items: center; gap: 6px; margin-bottom: 2px; }
.by .face { width: 24px; height: 24px; font-size: 0.6875em; }
.reactions, .choice { display: flex; flex-wrap: wrap; gap: 4px; margin-top: 4px; }
.choice { flex-basis: 100%; margin-top: 0; }
.chip { min-width: 36px; min-height: 28px; padding: 0 8px; border: 1px solid color-mix(in srgb, currentcolor 30%, transparent); border-radius: 1em; font-size: 0.875em; }
.chip[aria-pressed="true"] { border-color: var(--accent); background: color-mix(in srgb, var(--accent) 18%, transparent); }
.choice .chip { min-width: 40px; min-height: 36px; font: 1.125em "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif; }
@media (hover: hover) {
  .add { opacity: 0; }
  .message:is(:hover, :focus-within) .add, .add[aria-expanded="true"] { opacity: 1; }
}
@media (hover: none) and (pointer: coarse) {
  [data-menu] { user-select: none; -webkit-user-select: none; -webkit-touch-callout: none; }
  [data-held] { filter: brightness(0.94); }
}
@media (forced-colors: active) {
  .message { border: 1px solid; }
  .send { border: 1px solid; }
  .chip[aria-pressed="true"] { border-width: 3px; }
}
[data-state="failed"] { outline: 1px solid var(--alert); }
.closed { flex: none; padding: 14px 16px; border-top: 1px solid var(--line); background: var(--panel); color: var(--quiet); text-align: center; }
.about { display: flex; flex-basis: 100%; align-items: center; gap: 8px; padding-inline-start: 8px; border-inline-start: 3px solid var(--accent); font-size: 0.9em; }
.about p { flex: 1; min-width: 0; }
.what, .words { display: block; overflow: hidden; text-overflow: ellipsis; text-align: match-parent; white-space: nowrap; }
.what { color: var(--accent); font-weight: 600; }
.about button { flex: none; min-width: 40px; min-height: 40px; padding: 2px 8px; color: var(--accent); font-weight: 600; }
.problem { flex: none; padding: 6px 16px; color: var(--alert); background: var(--panel); }
.composer { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 8px; flex: none; padding: 10px 12px; background: var(--panel);
  border-top: 1px solid var(--line); }
textarea { flex: 1; min-width: 0; min-height: 44px; max-height: 9em; padding: 9px 14px; border: 1px solid var(--quiet);
  border-radius: var(--radius); background: var(--theirs); field-sizing: content; resize: none; }
textarea:read-only { opacity: 0.7; }
.send { min-height: 44px; padding: 8px 18px; background: var(--accent); color: var(--accent-ink); font-weight: 600; }
`;
