/**
 * SHA-256 (FIPS 180-4) of what comes piece by piece.
 *
 * The browser's own takes a whole file into memory, and is missing on a class server without HTTPS.
 */

const BLOCK = 64;
/** Fractions of the square roots of the first eight primes, and of the cube roots of the first 64. */
const [START, ROUNDS] = constants();

export class Sha256 {
  readonly #state = START.slice();
  readonly #words = new Uint32Array(BLOCK);
  readonly #held = new Uint8Array(BLOCK);
  #length = 0;

  /** Take in some more bytes. */
  update(bytes: Uint8Array): this {
    let at = 0;
    const held = this.#length % BLOCK;
    this.#length += bytes.length;
    if (held) {
      at = Math.min(BLOCK - held, bytes.length);
      this.#held.set(bytes.subarray(0, at), held);
      if (held + at < BLOCK) return this;
      this.#mix(this.#held, 0);
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) this.#mix(bytes, at);
    this.#held.set(bytes.subarray(at));
    return this;
  }

  /** The digest of all bytes, as 64 hexadecimal digits; nothing can be added afterwards. */
  hex(): string {
    const bits = this.#length * 8;
    const held = this.#length % BLOCK;
    const end = new Uint8Array(held < BLOCK - 8 ? BLOCK - held : 2 * BLOCK - held);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(end.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(end.length - 4, bits % 2 ** 32);
    this.update(end);
    return Array.from(this.#state, (word) => word.toString(16).padStart(8, "0")).join("");
  }

  #mix(bytes: Uint8Array, at: number): void {
    const w = this.#words;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, BLOCK);
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(4 * i);
    for (let i = 16; i < BLOCK; i++) {
      const [far, near] = [w[i - 15] as number, w[i - 2] as number];
      const low = turned(far, 7) ^ turned(far, 18) ^ (far >>> 3);
      const high = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10);
      w[i] = (w[i - 16] as number) + low + (w[i - 7] as number) + high;
    }
    let [a, b, c, d, e, f, g, h] = this.#state as unknown as Eight;
    for (let i = 0; i < BLOCK; i++) {
      const chosen = (e & f) ^ (~e & g);
      const sum = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const first = (h + sum + chosen + (ROUNDS[i] as number) + (w[i] as number)) | 0;
      const most = (a & b) ^ (a & c) ^ (b & c);
      const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + most;
      [h, g, f, e] = [g, f, e, (d + first) | 0];
      [d, c, b, a] = [c, b, a, (first + second) | 0];
    }
    const mixed = [a, b, c, d, e, f, g, h];
    for (let i = 0; i < 8; i++) this.#state[i] = (this.#state[i] as number) + (mixed[i] as number);
  }
}

type Eight = [number, number, number, number, number, number, number, number];

const turned = (word: number, by: number) => (word >>> by) | (word << (32 - by));

function constants(): [Uint32Array, Uint32Array] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (root: number) => (root % 1) * 2 ** 32;
  return [
    Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime))),
    Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime))),
  ];
}
