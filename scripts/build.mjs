// Builds dist/: the programs, the migrations and the workflow code as one bundle from src/, and the console.
// When nothing has changed since the last build it does nothing, in a moment: `npm start` runs it every time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
/** What is built on its own, and from what: a change of the one does not build the other. */
const builds = [
  { stampFile: at('dist', '.build-stamp'), source: 'src', more: ['tsconfig.json', 'tsconfig.build.json'], build },
  {
    stampFile: at('dist', '.console-stamp'),
    source: 'console',
    more: ['client/src', 'src/surveys'],
    build: buildConsole,
  },
];
const lockFile = at('dist', '.build-lock');

// An image that holds only dist/ has nothing to build.
if (existsSync(at('src')) && !builds.every(isUpToDate)) {
  mkdirSync(at('dist'), { recursive: true });
  await lock();
  const slow = setTimeout(() => console.log('Building …'), 1_000);
  try {
    for (const one of builds) {
      // Whoever held the lock may have built the same.
      if (isUpToDate(one)) continue;
      const stamp = fingerprint(one);
      rmSync(one.stampFile, { force: true });
      await one.build();
      writeFileSync(one.stampFile, stamp);
    }
  } finally {
    clearTimeout(slow);
    rmSync(lockFile, { force: true });
  }
}

async function build() {
  compile();

  rmSync(at('dist', 'db', 'migrations'), { recursive: true, force: true });
  if (existsSync(at('src', 'db', 'migrations'))) {
    cpSync(at('src', 'db', 'migrations'), at('dist', 'db', 'migrations'), { recursive: true });
  }

  const folder = at('dist', 'workflows');
  if (existsSync(at('src', 'workflows', 'index.ts'))) {
    const { bundleWorkflows } = require('./bundle-workflows.cjs');
    const { code } = await bundleWorkflows({ folder, extension: 'js' });
    const draft = at('dist', `workflow-bundle.${process.pid}.js`);
    writeFileSync(draft, code);
    renameSync(draft, at('dist', 'workflow-bundle.js'));
  }
}

async function buildConsole() {
  // Tests set another one, with which React's slow and large development version would be built.
  process.env.NODE_ENV = 'production';
  const { build: bundle } = await import('vite');
  for (const configFile of [at('console', 'vite.config.mts'), at('console', 'webchat', 'vite.config.mts')]) {
    await bundle({ configFile, logLevel: 'warn' });
  }
  // Done once here, so that no request waits for it.
  for (const file of filesBelow(at('dist', 'console')).filter((name) => /\.(js|css|svg)$/.test(name))) {
    const plain = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(plain, { level: 9 }));
    writeFileSync(`${file}.br`, brotliCompressSync(plain));
  }
}

function compile() {
  const tsc = at('node_modules', '.bin', 'tsc');
  if (!existsSync(tsc)) {
    console.error('TypeScript is not installed, so nothing can be built. Run: npm ci --include=dev');
    process.exit(1);
  }
  const { status } = spawnSync(tsc, ['-p', at('tsconfig.build.json')], { stdio: 'inherit', cwd: root });
  if (status !== 0) {
    rmSync(lockFile, { force: true });
    process.exit(status ?? 1);
  }
}

function isUpToDate(one) {
  return existsSync(one.stampFile) && readFileSync(one.stampFile, 'utf8') === fingerprint(one);
}

/** Of everything that the build reads. By content, since a checkout changes times and an editor may keep them. */
function fingerprint({ source, more }) {
  const hash = createHash('sha256');
  const inputs = ['package-lock.json', 'scripts', source, ...more].flatMap((name) =>
    existsSync(at(name)) && statSync(at(name)).isDirectory() ? filesBelow(at(name)) : [at(name)],
  );
  for (const file of inputs) {
    if (existsSync(file) && !file.endsWith('.test.ts'))
      hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** One build at a time: parts that are started together all come here first. */
async function lock() {
  const deadline = Date.now() + 120_000;
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!holderIsAlive()) rmSync(lockFile, { force: true });
    else if (Date.now() > deadline) {
      console.error(`Another build holds ${relative(root, lockFile)} for too long. Stop it, and start again.`);
      process.exit(1);
    }
    await sleep(50);
  }
}

function holderIsAlive() {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return true; // an empty file is being written right now
  } catch (error) {
    return error.code === 'EPERM';
  }
}
