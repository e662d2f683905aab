// Loaded into a program of the service before anything else (node --require): its clock on the wall is off by what the
// file SHIFTED_CLOCK says for the program's name, in milliseconds, and follows when that is changed.
const { readFileSync } = require('node:fs');
const { basename } = require('node:path');

const program = basename(process.argv[1] ?? '');
const RealDate = Date;
let offsetMs = 0;

function read() {
  try {
    offsetMs = JSON.parse(readFileSync(process.env.SHIFTED_CLOCK, 'utf8'))[program] ?? 0;
  } catch {
    // There is no such file yet, or it is just being written.
  }
}

const now = () => RealDate.now() + offsetMs;

read();
setInterval(read, 20).unref();
globalThis.Date = new Proxy(RealDate, {
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
});
