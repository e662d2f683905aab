// Builds dist/ from src/: the programs, the migrations, and the workflow code as one bundle.
// When nothing has changed since the last build it does nothing, in a moment: `npm start` runs it every time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
const stampFile = at('dist', '.build-stamp');
const lockFile = at('dist', '.build-lock');

// An image that holds only dist/ has nothing to build.
if (existsSync(at('src')) && !isUpToDate()) {
  mkdirSync(at('dist'), { recursive: true });
  await lock();
  const slow = setTimeout(() => console.log('Building …'), 1_000);
  try {
    // Whoever held the lock may have built the same.
    if (!isUpToDate()) await build();
  } finally {
    clearTimeout(slow);
    rmSync(lockFile, { force: true });
  }
}

async function build() {
  const stamp = fingerprint();
  rmSync(stampFile, { force: true });
  compile();

  rmSync(at('dist', 'db', 'migrations'), { recursive: true, force: true });
  if (existsSync(at('src', 'db', 'migrations'))) {
    cpSync(at('src', 'db', 'migrations'), at('dist', 'db', 'migrations'), { recursive: true });
  }

  const workflowsPath = at('dist', 'workflows', 'index.js');
  if (existsSync(at('src', 'workflows', 'index.ts'))) {
    const { bundleWorkflowCode, DefaultLogger } = require('@temporalio/worker');
    const payloadConverterPath = at('dist', 'workflows', 'payload-converter.js');
    const { code } = await bundleWorkflowCode({
      workflowsPath,
      ...(existsSync(payloadConverterPath) ? { payloadConverterPath } : {}),
      logger: new DefaultLogger('WARN'),
    });
    const draft = at('dist', `workflow-bundle.${process.pid}.js`);
    writeFileSync(draft, code);
    renameSync(draft, at('dist', 'workflow-bundle.js'));
  }
  writeFileSync(stampFile, stamp);
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

function isUpToDate() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint();
}

/** Of everything that the build reads. By content, since a checkout changes times and an editor may keep them. */
function fingerprint() {
  const hash = createHash('sha256');
  const inputs = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs'].map((name) =>
    at(name),
  );
  for (const file of [...inputs, ...filesBelow(at('src')).filter((name) => !name.endsWith('.test.ts'))]) {
    if (existsSync(file)) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
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
