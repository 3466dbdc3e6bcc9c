import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export interface Java {
  path: string;
  major: number;
}

/** Folders under which systems keep several JDKs side by side. */
const jdkFolders = [
  '/usr/lib/jvm',
  '/usr/java',
  '/opt/java',
  '/Library/Java/JavaVirtualMachines',
  '/opt/homebrew/opt',
  join(process.env['HOME'] ?? '/nowhere', '.sdkman/candidates/java'),
];

/** The Java to run a program with that needs `minimum`: JAVA_HOME's, the default one, or a newer one installed beside it. */
export function findJava(minimum: number, candidates: Iterable<string> = javaCandidates()): Java | undefined {
  const seen = new Set<string>();
  for (const path of candidates) {
    if (!existsSync(path)) continue;
    const real = realpathSync(path);
    if (seen.has(real)) continue;
    seen.add(real);
    const major = javaMajor(real);
    if (major !== undefined && major >= minimum) return { path: real, major };
  }
  return undefined;
}

function* javaCandidates(): Generator<string> {
  const home = process.env['JAVA_HOME'];
  if (home) yield join(home, 'bin/java');
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder) yield join(folder, 'java');
  }
  for (const folder of jdkFolders) {
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder).sort().reverse()) {
      yield join(folder, entry, 'bin/java');
      yield join(folder, entry, 'Contents/Home/bin/java');
    }
  }
}

/** The major version, from the JDK's `release` file where there is one: starting a JVM to ask costs 100 ms. */
export function javaMajor(path: string): number | undefined {
  const release = join(dirname(dirname(path)), 'release');
  const text = existsSync(release)
    ? readFileSync(release, 'utf8')
    : spawnSync(path, ['-version'], { encoding: 'utf8', timeout: 10_000 }).stderr;
  const match = /(?:JAVA_VERSION=|version )"(?:1\.)?(\d+)/.exec(text ?? '');
  return match ? Number(match[1]) : undefined;
}
