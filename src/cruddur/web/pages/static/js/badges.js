// Shows that there is something unread where the page's name and icon stand: in the tab, and on an installed app.

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install({ inbox }) {
  const update = () => {
    const { count } = inbox.unread();
    showIcon(count > 0);
    showAppBadge(count);
  };
  inbox.on("change", update);
  update();
}

/** @param {boolean} hasUnread */
function showIcon(hasUnread) {
  const link = document.querySelector("link[rel=icon]");
  if (!(link instanceof HTMLLinkElement)) return;
  const { read = link.href, unread = link.href } = link.dataset;
  const wanted = hasUnread ? unread : read;
  if (link.getAttribute("href") !== wanted) link.href = wanted;
}

/** @param {number} count */
function showAppBadge(count) {
  // A browser refuses it for a page that is not installed, which changes nothing.
  navigator.setAppBadge?.(count).catch(() => {});
}
