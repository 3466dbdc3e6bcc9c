import type { LanguageFn } from 'highlight.js';
import { createLowlight } from 'lowlight';

type Load = () => Promise<{ default: LanguageFn }>;

/** Each grammar is a chunk of its own, loaded when an answer uses it. */
const GRAMMARS: Record<string, Load> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  dart: () => import('highlight.js/lib/languages/dart'),
  diff: () => import('highlight.js/lib/languages/diff'),
  dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
  go: () => import('highlight.js/lib/languages/go'),
  ini: () => import('highlight.js/lib/languages/ini'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  markdown: () => import('highlight.js/lib/languages/markdown'),
  php: () => import('highlight.js/lib/languages/php'),
  python: () => import('highlight.js/lib/languages/python'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

const ALIASES: Record<string, string> = {
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  console: 'bash',
  'c++': 'cpp',
  cs: 'csharp',
  'c#': 'csharp',
  docker: 'dockerfile',
  golang: 'go',
  toml: 'ini',
  js: 'javascript',
  jsx: 'javascript',
  mjs: 'javascript',
  jsonc: 'json',
  kt: 'kotlin',
  md: 'markdown',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  postgresql: 'sql',
  ts: 'typescript',
  tsx: 'typescript',
  html: 'xml',
  svg: 'xml',
  yml: 'yaml',
};

export type HighlightedTree = ReturnType<ReturnType<typeof createLowlight>['highlight']>;

const lowlight = createLowlight();

/** The grammar's name for what a fence says, or undefined where there is none. */
export function grammarFor(language: string | undefined): string | undefined {
  if (language === undefined) return undefined;
  const name = ALIASES[language] ?? language;
  return Object.hasOwn(GRAMMARS, name) ? name : undefined;
}

/** Loads a grammar once; `false` when the network does not give it. */
export async function loadGrammar(name: string): Promise<boolean> {
  const load = GRAMMARS[name];
  if (lowlight.registered(name)) return true;
  if (load === undefined) return false;
  try {
    const { default: grammar } = await load();
    lowlight.register(name, grammar);
    return true;
  } catch {
    return false;
  }
}

/** The highlighted tree, or undefined while the grammar is not there. */
export function highlight(name: string, code: string): HighlightedTree | undefined {
  return lowlight.registered(name) ? lowlight.highlight(name, code) : undefined;
}
