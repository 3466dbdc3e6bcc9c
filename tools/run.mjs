// What every script in package.json goes through: `node tools/run.mjs <command> [arguments]`.
//
// Plain JavaScript for the Node of the machine (20 or newer), with nothing installed yet. It installs what is
// missing, then runs the command's TypeScript with a Node that can (the one from node_modules, else the machine's),
// passes signals on, and kills what the command should leave behind.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const commands = {
  admin: 'tools/admin/main.ts',
  bench: 'tools/bench/main.ts',
  build: 'tools/build/main.ts',
  load: 'functions/test/load/main.ts',
  openapi: 'tools/openapi/main.ts',
  reconcile: 'tools/reconcile/main.ts',
  serve: 'tools/serve/main.ts',
  start: 'tools/start/main.ts',
  test: 'tools/test/main.ts',
  verify: 'tools/test/verify.ts',
};
const minimumNode = [22, 18];

const [command, ...args] = process.argv.slice(2);
const script = commands[command];
if (!script) fail(`Usage: node tools/run.mjs <${Object.keys(commands).join('|')}> [arguments]`);

await withInstallLock(() =>
  Promise.all(
    [
      ['.', 'the workspace'],
      ['functions', 'the functions'],
    ].map(([folder, name]) => isInstalled(join(root, folder)) || install(join(root, folder), name)),
  ),
);
run(findNode());

/** Whether node_modules holds what the lockfile says. npm writes its own record there once it is done. */
function isInstalled(folder) {
  const record = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = readPackages(join(folder, 'package-lock.json'));
  const present = readPackages(record);
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/') || entry.link || entry.optional) return true;
    const found = present[path];
    return found?.version === entry.version && found?.integrity === entry.integrity;
  });
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

async function install(folder, name) {
  const modules = join(folder, 'node_modules');
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    fail(
      `${modules} is a link to a folder that does not match package-lock.json, and npm ci would empty that folder.`,
    );
  }
  const start = Date.now();
  process.stderr.write(`Installing the packages of ${name} (npm ci) ...\n`);
  const [program, ...first] = npmCommand();
  const npm = spawn(program, [...first, 'ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const code = await new Promise((resolve) => {
    npm.once('error', (error) => {
      output += error;
      resolve(1);
    });
    npm.once('close', resolve);
  });
  if (code !== 0) fail(`npm ci failed for ${name}:\n${output}`);
  process.stderr.write(
    `Installed the packages of ${name} in ${Math.round((Date.now() - start) / 1000)} s.\n`,
  );
}

/** npm, run by the Node that it came with: `npm ci` deletes the node_modules that the current one may lie in. */
function npmCommand() {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  return npm && node && /npm-cli\.c?js$/.test(npm) && !node.startsWith(root) ? [node, npm] : ['npm'];
}

/** One installation at a time: `npm start` and `npm test` may be called together on a fresh clone. */
async function withInstallLock(action) {
  const lock = join(root, '.firegate/locks/install');
  mkdirSync(dirname(lock), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch {
      if (isAbandoned(lock)) rmSync(lock, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    await action();
  } finally {
    release();
    process.removeListener('exit', release);
  }
}

function isAbandoned(lock) {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    if (holder > 0) process.kill(holder, 0);
    else return Date.now() - statSync(lock).mtimeMs > 5_000;
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function findNode() {
  const local = join(root, 'node_modules/.bin/node');
  if (process.platform !== 'win32' && existsSync(local)) {
    const version = spawnSync(local, ['--version'], { encoding: 'utf8' }).stdout ?? '';
    if (isNewEnough(version)) return local;
  }
  if (isNewEnough(process.version)) return process.execPath;
  return fail(
    `Node ${process.version} is too old and there is no prebuilt one for ${process.platform}-${process.arch}: install Node ${minimumNode.join('.')} or newer.`,
  );
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1]);
}

function run(node) {
  const path = [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  // A group of its own: Ctrl-C in the terminal reaches npm and this process, and the command once, from here.
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, PATH: path },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  });
  const groups = new Set([child.pid]);
  child.on('message', (message) => {
    if (message.group) groups.add(message.group);
    if (message.groupEnded) groups.delete(message.groupEnded);
  });

  let lastSignal = { name: '', at: 0 };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // npm passes on what the terminal has sent to everyone already.
      const repeated = lastSignal.name === signal && Date.now() - lastSignal.at < 700;
      if (repeated) return;
      lastSignal = { name: signal, at: Date.now() };
      child.kill(signal);
    });
  }
  const parent = process.ppid;
  const npm = process.env.npm_lifecycle_event ? parentOf(parent) : undefined;
  const orphaned = () => process.ppid !== parent || (npm !== undefined && !isRunning(npm));
  // Whoever started this was killed without a chance to tell: npm, or the shell between npm and this process,
  // which passes no signal on.
  const watch = setInterval(() => {
    if (!orphaned()) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 500);
  watch.unref();

  child.on('error', (error) => fail(String(error)));
  child.on('exit', (code, signal) => {
    for (const group of groups) killGroup(group);
    process.exit(code ?? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0));
  });
}

function parentOf(pid) {
  const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(stdout) || undefined;
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function killGroup(group) {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
