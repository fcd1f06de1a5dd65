// An element's content as lines of text, without what only a script can do (links, buttons, the order of the Tab
// key, times in the reader's own words), without what only the server writes (the JSON from which the scripts
// start), and without how much of the open conversation is unread, which changes as soon as it is seen.
(root) => {
  const copy = root.cloneNode(true);
  for (const one of copy.querySelectorAll("[hidden], .actions, [aria-current] .badge")) one.remove();
  for (const marks of copy.querySelectorAll(".row-marks")) if (!marks.childElementCount) marks.remove();
  for (const link of copy.querySelectorAll(".text a")) link.replaceWith(...link.childNodes);
  for (const time of copy.querySelectorAll("time")) {
    time.removeAttribute("title");
    time.textContent = "";
  }
  for (const one of copy.querySelectorAll("article.event")) one.removeAttribute("title");
  for (const row of copy.querySelectorAll("[aria-current]")) row.removeAttribute("data-unread");
  copy.normalize();
  return [...copy.childNodes].flatMap((one) => lines(one, "")).join("\n");

  function lines(node, depth) {
    if (node.nodeType === Node.TEXT_NODE) {
      const isShown = node.data.trim() || node.parentNode.matches(".text");
      return isShown ? [depth + JSON.stringify(node.data)] : [];
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return [];
    const start = `${depth}<${[node.localName, ...attributes(node)].join(" ")}>`;
    return [start, ...[...node.childNodes].flatMap((one) => lines(one, `${depth}  `))];
  }

  function attributes(element) {
    const names = element.getAttributeNames().filter((name) => !/^(data-(row|message)|tabindex)$/.test(name));
    return names.sort().map((name) => `${name}=${JSON.stringify(valueOf(element, name))}`);
  }

  function valueOf(element, name) {
    if (name === "class") return [...element.classList].sort().join(" ");
    const value = element.getAttribute(name);
    const endsWithTime = name === "aria-label" && element.matches("article");
    return endsWithTime ? value.replace(/, [^,]+$/, "") : value;
  }
};
