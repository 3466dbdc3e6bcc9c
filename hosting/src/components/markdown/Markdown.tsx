import { memo, useRef } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remend from 'remend';
import { NO_BLOCKS, splitBlocks } from './blocks.ts';
import { CodeBlock } from './CodeBlock.tsx';
import { languageOf, textOf } from './hast.ts';
import { ScrollRegion } from './ScrollRegion.tsx';

interface MarkdownProps {
  text: string;
  /** Whether more may come: closes what the last block left open. */
  growing: boolean;
}

/** Markdown of a model: sanitised, without raw HTML and without remote images, drawn block by block. */
export default function Markdown({ text, growing }: MarkdownProps) {
  const previous = useRef(NO_BLOCKS);
  const split = splitBlocks(text, previous.current);
  previous.current = split;
  const last = split.blocks.length - 1;
  return (
    <div className="prose">
      {split.blocks.map((block, index) => (
        // Blocks are only ever appended: the index is their identity.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above.
        <Block key={index} text={growing && index === last ? remend(block, REMEND) : block} />
      ))}
    </div>
  );
}

const REMEND = { linkMode: 'text-only', images: true } as const;

const Block = memo(function Block({ text }: { text: string }) {
  return (
    <div className="block">
      <ReactMarkdown remarkPlugins={REMARK} rehypePlugins={REHYPE} components={COMPONENTS}>
        {text}
      </ReactMarkdown>
    </div>
  );
});

const REMARK = [remarkGfm];
const REHYPE = [rehypeSanitize];

const COMPONENTS: Components = {
  a: ({ node: _node, ...props }) => <a {...props} target="_blank" rel="noopener noreferrer nofollow" />,
  // A remote image would tell its server who reads this answer; the CSP forbids it as well.
  img: ({ src, alt }) => (
    <span className="text-mute">
      [image: {alt || 'without description'}
      {typeof src === 'string' && src.startsWith('http') && (
        <>
          {' '}
          <a href={src} target="_blank" rel="noopener noreferrer nofollow">
            open
          </a>
        </>
      )}
      ]
    </span>
  ),
  pre: ({ node }) => <CodeBlock code={textOf(node).replace(/\n$/, '')} language={languageOf(node)} />,
  table: ({ node: _node, ...props }) => (
    <ScrollRegion label="Table">
      <table {...props} />
    </ScrollRegion>
  ),
};
