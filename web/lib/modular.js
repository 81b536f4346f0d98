// Arithmetic modulo a number. Not in constant time: the phone works for its owner, who may time it.

/** 0 … modulus - 1, of negative numbers too. */
export function modulo(number, modulus) {
  return ((number % modulus) + modulus) % modulus;
}

export function modPower(base, exponent, modulus) {
  let result = 1n;
  for (; exponent; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return result;
}

/** 0 if there is none. */
export function modInverse(number, modulus) {
  let [a, b, x, y] = [modulus, modulo(number, modulus), 0n, 1n];
  while (b) {
    const times = a / b;
    [a, b, x, y] = [b, a - times * b, y, x - times * y];
  }
  return a === 1n ? modulo(x, modulus) : 0n;
}
