import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findJava } from './java.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'firegate-java-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A JDK as far as looking for one goes; `banner` is what `java -version` prints where there is no release file. */
function jdk(name: string, release: string | undefined, banner = ''): string {
  const home = join(folder, name);
  mkdirSync(join(home, 'bin'), { recursive: true });
  const path = join(home, 'bin/java');
  writeFileSync(path, `#!/bin/sh\necho '${banner}' >&2\n`);
  chmodSync(path, 0o755);
  if (release) writeFileSync(join(home, 'release'), `IMPLEMENTOR="x"\nJAVA_VERSION="${release}"\n`);
  return path;
}

it('takes the first that is new enough, not the default one that is too old', () => {
  const old = jdk('17', '17.0.15');
  const newer = jdk('25', '25.0.1');
  expect(findJava(21, [old, newer])).toEqual({ path: newer, major: 25 });
  expect(findJava(11, [old, newer])).toEqual({ path: old, major: 17 });
  expect(findJava(21, [old, join(folder, 'missing/bin/java')])).toBeUndefined();
});

it('asks a Java without a release file', () => {
  const asked = jdk('asked', undefined, 'openjdk version "21.0.2" 2024-01-16');
  expect(findJava(21, [asked])).toEqual({ path: asked, major: 21 });
});

it('reads the version of Java 8 as 8', () => {
  expect(findJava(11, [jdk('8', '1.8.0_402')])).toBeUndefined();
});
