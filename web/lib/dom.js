// Elements without markup in strings: all text goes in as text.

function fillElement(element, attributes, children) {
  for (const name of Object.keys(attributes || {})) {
    const value = attributes[name];
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  appendChildren(element, children);
  return element;
}

function appendChildren(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) appendChildren(element, child);
    else if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** h("button", { class: "quiet", type: "button", onclick: press, disabled: !ready }, "Open"). No `style`: CSP. */
export function h(tag, attributes, ...children) {
  return fillElement(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return fillElement(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

export function replaceContent(element, ...children) {
  element.textContent = "";
  appendChildren(element, children);
}

/** Sets text only where it differs: a screen reader is not told the same twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
