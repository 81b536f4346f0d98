// Addresses of pages: what a link carries after its #, and how an address is written where people type it off a wall.

/** "#k=KEY&lang=ko&preview" → { k: "KEY", lang: "ko", preview: "" }. A "+" stays a "+". */
export function fragmentFields(hash) {
  const fields = {};
  for (const pair of hash.replace(/^#/, "").split("&")) {
    const cut = pair.indexOf("=");
    const name = cut < 0 ? pair : pair.slice(0, cut);
    if (name) fields[name] = cut < 0 ? "" : decodedField(pair.slice(cut + 1));
  }
  return fields;
}

function decodedField(text) {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    return text; // a lone "%": taken as it stands
  }
}

/** { k: "KEY", preview: "" } → "#k=KEY&preview". */
export function fragmentOf(fields) {
  const pair = (name) => (fields[name] === "" ? name : name + "=" + encodeURIComponent(fields[name]));
  return "#" + Object.keys(fields).map(pair).join("&");
}

/** What to type to get there: no "http://" (browsers add it), no "/" at the end. https with a port stays whole. */
export function typedAddress(link) {
  const bare = link.replace(/\/$/, "");
  if (/^https:\/\/[^/]*:\d+$/.test(bare)) return bare;
  return bare.replace(/^https?:\/\//, "");
}
