import { Check, Copy } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useCopy } from '#lib/use-copy.ts';
import { grammarFor, type HighlightedTree, highlight, loadGrammar } from './highlight.ts';
import { ScrollRegion } from './ScrollRegion.tsx';

/** Beyond this many characters a block is left plain: colours would cost more than they help. */
const HIGHLIGHT_LIMIT = 30_000;

interface CodeBlockProps {
  code: string;
  language: string | undefined;
}

export function CodeBlock({ code, language }: CodeBlockProps) {
  const { outcome, copy } = useCopy();
  const highlighted = useHighlighted(code, language);
  return (
    <div className="rounded-md border bg-ground">
      <div className="flex h-8 items-center justify-between border-b pr-1 pl-3">
        <span className="num text-mute">{language ?? 'text'}</span>
        <button
          type="button"
          onClick={() => copy(code)}
          className="flex h-6 items-center gap-1.5 rounded-sm px-2 text-body text-mute hover:text-ink"
        >
          {outcome === 'copied' ? <Check size={14} /> : <Copy size={14} />}
          <span aria-live="polite">{outcome === 'copied' ? 'Copied' : 'Copy'}</span>
        </button>
      </div>
      <ScrollRegion label={language === undefined ? 'Code' : `Code in ${language}`}>
        <pre>
          <code>{highlighted ?? code}</code>
        </pre>
      </ScrollRegion>
    </div>
  );
}

function useHighlighted(code: string, language: string | undefined): ReactNode {
  const grammar = code.length > HIGHLIGHT_LIMIT ? undefined : grammarFor(language);
  const [loaded, setLoaded] = useState<string>();
  useEffect(() => {
    if (grammar === undefined) return;
    let wanted = true;
    loadGrammar(grammar).then((there) => {
      if (wanted && there) setLoaded(grammar);
    });
    return () => {
      wanted = false;
    };
  }, [grammar]);
  return useMemo(() => {
    const tree = grammar === undefined || loaded !== grammar ? undefined : highlight(grammar, code);
    return tree && draw(tree.children);
  }, [grammar, loaded, code]);
}

/** Spans with class names and text: all that lowlight makes. */
function draw(nodes: HighlightedTree['children']): ReactNode[] {
  return nodes.map((node, index) => {
    if (node.type === 'text') return node.value;
    if (node.type !== 'element') return null;
    const names = node.properties['className'];
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the tree is made anew for each text.
      <span key={index} className={Array.isArray(names) ? names.join(' ') : undefined}>
        {draw(node.children as HighlightedTree['children'])}
      </span>
    );
  });
}
