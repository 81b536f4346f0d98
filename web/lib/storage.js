// What this browser remembers. Where it refuses localStorage, a map keeps it until the page is left.

const STORAGE_PREFIX = "plenum.";
const storageFallback = new Map();

export function readStored(key) {
  try {
    const value = localStorage.getItem(STORAGE_PREFIX + key);
    if (value !== null) return value;
  } catch (error) {
    // refused
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
    // refused
  }
}

export function storageIsKept() {
  const kept = writeStored("probe", "1");
  forgetStored("probe");
  return kept;
}

/** Calls back with (key, value or null) when another tab wrote; (null, null) when it cleared all. */
export function onStoredElsewhere(callback) {
  window.addEventListener("storage", (event) => {
    if (event.key === null) callback(null, null);
    else if (event.key.startsWith(STORAGE_PREFIX)) callback(event.key.slice(STORAGE_PREFIX.length), event.newValue);
  });
}
