// A worker that fetches a published bundle and checks it, without holding up the page.
//
//   ─► {module: URL, bundle: URL, policy: text | null}
//   ◄─ {stage, done, total}                        whenever a hundredth of a stage is done
//   ◄─ {report, seconds, checking, held}           the answer of `countersign verify --json`; how long it
//                                                  took, how much of that was not fetching, and how
//                                                  many bytes of memory the module held
//   ◄─ {unchecked: reason}                         a server that does not answer proves nothing
//
// and for one station, with the definition as its signed note, or null:
//
//   ─► {module: URL, definition: text | null, station: {record, receipt, policy}}
//   ◄─ {station, milliseconds}

import { Verifier } from "./verifier.js";

// As many as a browser opens to one host under HTTP/1.1.
const PARALLEL = 6;
// How often a bundle is fetched again that was published anew meanwhile.
const ATTEMPTS = 5;
// What a bundle can hold (docs/spec/bundle.md); anything else is not asked for.
const PATH = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** What a server did not say is no failure of the bundle. */
class Unreachable extends Error {}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(data.station ? await station(data) : await bundle(data));
  } catch (error) {
    self.postMessage({ unchecked: String(error.message ?? error) });
  }
};

async function load(url, progress) {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Unreachable(`${url}: ${response.status}`);
  }
  return Verifier.start(await WebAssembly.compileStreaming(response), progress);
}

async function station({ module, definition, station }) {
  const verifier = await load(module);
  if (definition !== null) {
    verifier.definition(definition);
  }
  const started = performance.now();
  const answer = verifier.station(station);
  return { station: answer, milliseconds: performance.now() - started };
}

async function bundle({ module, bundle, policy }) {
  const started = performance.now();
  const base = bundle.replace(/\/*$/, "/");
  const verifier = await load(module, teller());
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const head = await read(base, "head.json");
    await gather(verifier, base, policy, head);
    const fetched = performance.now();
    const report = verifier.verify();
    const now = performance.now();
    if (report.holds || same(head.bytes, (await read(base, "head.json")).bytes)) {
      const [seconds, checking] = [started, fetched].map((since) => (now - since) / 1000);
      return { report, seconds, checking, held: verifier.held };
    }
  }
  throw new Unreachable(`another edition each of ${ATTEMPTS} times: fetch it and verify the copy`);
}

/** Fetches one edition: whatever the verifier wants, until it wants no more. */
async function gather(verifier, base, policy, head) {
  verifier.begin({ policy });
  let wanted = take(verifier, "head.json", head);
  const tell = teller();
  while (wanted.length > 0) {
    const total = wanted.length;
    const next = [];
    let done = 0;
    const one = async () => {
      for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
        next.push(...take(verifier, path, await read(base, path)));
        done += 1;
        tell("fetching", done, total);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, one));
    wanted = next;
  }
}

function take(verifier, path, file) {
  const answer = file.bytes ? verifier.give(path, file.bytes) : verifier.absent(path, file.problem);
  return answer.wanted;
}

/** A file, or why there is none. */
async function read(base, path) {
  if (!PATH.test(path)) {
    return { problem: "no path that a bundle can hold" };
  }
  let response;
  try {
    // What is read once need not be kept on the visitor's disk, and keeping it takes a third longer.
    response = await fetch(base + path, { cache: "no-store", credentials: "omit" });
    if (response.ok) {
      return { bytes: new Uint8Array(await response.arrayBuffer()) };
    }
  } catch (error) {
    throw new Unreachable(`${base}${path}: ${error.message}`);
  }
  if (response.status === 404) {
    return { problem: "there is no such file" };
  }
  throw new Unreachable(`${base}${path}: ${response.status}`);
}

/** Posts a stage's beginning and each hundredth of it. */
function teller() {
  let last = "";
  return (stage, done, total) => {
    const shown = `${stage} ${Math.floor((100 * done) / Math.max(total, 1))}`;
    if (shown !== last) {
      last = shown;
      self.postMessage({ stage, done, total });
    }
  };
}

function same(one, other) {
  return (
    one !== undefined &&
    other !== undefined &&
    one.length === other.length &&
    one.every((byte, at) => byte === other[at])
  );
}
