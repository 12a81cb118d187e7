// The WebAssembly module, as JavaScript calls it: bytes in, an answer read from JSON out.
// It fetches nothing; worker.js does, and whoever embeds the verifier elsewhere.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const toBytes = (input) => (typeof input === "string" ? encoder.encode(input) : input);

/** The verifier of one visitor. */
export class Verifier {
  #exports;

  /** Starts a module. `progress(what, done, total)` is called while a bundle is checked. */
  static async start(module, progress = () => {}) {
    const verifier = new Verifier();
    const countersign = {
      progress: (pointer, length, done, total) =>
        progress(decoder.decode(verifier.#bytes(pointer, length)), done, total),
    };
    verifier.#exports = (await WebAssembly.instantiate(module, { countersign })).exports;
    return verifier;
  }

  /** Reads a definition's note, for `form` and `station`. */
  definition(note) {
    return this.#ask("definition", note);
  }

  /** Closes a form: `{unit, counts}`. */
  form(request) {
    return this.#ask("form", JSON.stringify(request));
  }

  /** Checks one record with its receipt: `{record, receipt, policy}`. */
  station(request) {
    return this.#ask("station", JSON.stringify(request));
  }

  /** Begins with a bundle: `{policy, seen, render}`. Answers `{wanted}`. */
  begin(request) {
    return this.#ask("begin", JSON.stringify(request));
  }

  /** Gives a file. Answers which ones are wanted now that it is there. */
  give(path, bytes) {
    return this.#ask("give", path, bytes);
  }

  /** Says that a file cannot be had, and why. */
  absent(path, problem) {
    return this.#ask("absent", path, problem);
  }

  /** Checks what was given. */
  verify() {
    return this.#ask("verify");
  }

  /** How many bytes of memory the module holds. */
  get held() {
    return this.#exports.memory.buffer.byteLength;
  }

  // An address and a length share one 64-bit number: the address is the upper half.
  #ask(name, ...inputs) {
    const packed = this.#exports[name](...inputs.map((input) => this.#write(toBytes(input))));
    const [pointer, length] = [Number(packed >> 32n), Number(packed & 0xffffffffn)];
    const answer = JSON.parse(decoder.decode(this.#bytes(pointer, length)));
    this.#exports.free(pointer);
    if (answer.error !== undefined) {
      throw new Error(answer.error);
    }
    return answer;
  }

  #write(bytes) {
    const pointer = Number(this.#exports.alloc(bytes.length) >> 32n);
    this.#bytes(pointer, bytes.length).set(bytes);
    return pointer;
  }

  // The memory moves when it grows, so a view is made anew each time. An address above 2 GiB comes
  // as a negative number.
  #bytes(pointer, length) {
    return new Uint8Array(this.#exports.memory.buffer, pointer >>> 0, length >>> 0);
  }
}
