import type { ExtraProps } from 'react-markdown';

/** An element of react-markdown's tree, and what may lie in one. */
type Element = NonNullable<ExtraProps['node']>;
type ElementContent = Element['children'][number];

/** The text below a node of react-markdown's tree. */
export function textOf(node: Element | ElementContent | undefined): string {
  if (node === undefined) return '';
  if (node.type === 'text') return node.value;
  return node.type === 'element' ? node.children.map(textOf).join('') : '';
}

/** The language that a fenced block names, by the `language-…` class on its `code`. */
export function languageOf(pre: Element | undefined): string | undefined {
  const code = pre?.children.find((child) => child.type === 'element' && child.tagName === 'code');
  const names = code?.type === 'element' ? code.properties['className'] : undefined;
  const name = Array.isArray(names) ? names.find((item) => String(item).startsWith('language-')) : undefined;
  return name === undefined ? undefined : String(name).slice('language-'.length).toLowerCase();
}
