// What this browser remembers between visits. A browser may refuse localStorage (private mode, blocked site data):
// then a plain map keeps the values until the page is left, and `storageIsKept()` says so.

const STORAGE_PREFIX = "plenum.";
const storageFallback = new Map();

export function readStored(key) {
  try {
    const value = localStorage.getItem(STORAGE_PREFIX + key);
    if (value !== null) return value;
  } catch (error) {
    // refused: the map below is all there is
  }
  return storageFallback.has(key) ? storageFallback.get(key) : null;
}

/** True if the value will survive a reload. */
export function writeStored(key, value) {
  try {
    localStorage.setItem(STORAGE_PREFIX + key, value);
    if (localStorage.getItem(STORAGE_PREFIX + key) === value) {
      storageFallback.delete(key);
      return true;
    }
  } catch (error) {
    // refused or full
  }
  storageFallback.set(key, value);
  return false;
}

export function forgetStored(key) {
  storageFallback.delete(key);
  try {
    localStorage.removeItem(STORAGE_PREFIX + key);
  } catch (error) {
    // refused: nothing was there
  }
}

export function storageIsKept() {
  const kept = writeStored("probe", "1");
  forgetStored("probe");
  return kept;
}

/** Calls back with (key, value or null) when another tab of this browser wrote something. */
export function onStoredElsewhere(callback) {
  window.addEventListener("storage", (event) => {
    if (event.key === null) callback(null, null);
    else if (event.key.startsWith(STORAGE_PREFIX)) callback(event.key.slice(STORAGE_PREFIX.length), event.newValue);
  });
}
