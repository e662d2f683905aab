// Installs Chromium where there is none and it can be done unasked: on Debian and Ubuntu, as root or with a sudo that
// wants no password. Fonts come with it, since without one all text is boxes. Elsewhere it says so, and the browser tests
// fail with what to do.
import { spawnSync } from 'node:child_process';
import { findChromium } from './chromium';

const packages = ['chromium', 'fonts-liberation', 'fonts-dejavu-core'];

const works = (program: string, ...args: string[]) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

function install(): boolean {
  if (!works('apt-get', '--version')) return false;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !works('sudo', '-n', 'true')) return false;
  const run = (...args: string[]) => {
    const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    const [program = '', ...rest] = isRoot ? command : ['sudo', '-n', ...command];
    return spawnSync(program, rest, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 600_000 }).status === 0;
  };
  console.log(`Installing ${packages.join(', ')} …`);
  return run('update') && run('install', '-y', '--no-install-recommends', ...packages);
}

if (findChromium(process.env) === null && !install()) {
  console.log('There is no Chromium, and it cannot be installed here unasked: the browser tests will fail.');
}
