import { Check, Copy, X } from 'lucide-react';
import { IconButton } from '#components/ui/button.tsx';
import { price } from '#lib/format.ts';
import { announceUsage } from '#lib/usage-news.ts';
import { useCopy } from '#lib/use-copy.ts';
import type { ColumnSpec, ModelChoice } from '../state/models.ts';
import { continued } from '../state/turns.ts';
import { board, useRun } from '../state/use-board.ts';
import { ModelSelector } from './ModelSelector.tsx';
import { ResponseDisplay } from './ResponseDisplay.tsx';

interface ColumnProps {
  column: ColumnSpec;
  choices: readonly ModelChoice[];
  loading: boolean;
  onChange: (ref: string) => void;
  onRemove: (() => void) | undefined;
  onSignIn: () => void;
  onExample: ((prompt: string) => void) | undefined;
}

/** One ruled column: which model, its answer, and what the answer took. */
export function Column({ column, choices, loading, onChange, onRemove, onSignIn, onExample }: ColumnProps) {
  const { key, ref, choice } = column;
  const run = useRun(key);
  const { outcome, copy } = useCopy();
  const prices = choice?.model.pricesPerMillionTokens;

  return (
    <section
      aria-label={ref}
      className="@container flex min-h-0 min-w-0 snap-start flex-col border-r last:border-r-0"
      data-testid="column"
    >
      <header className="flex h-9 shrink-0 items-center gap-2 border-b pr-1 pl-1.5 coarse:h-11">
        <ModelSelector choices={choices} value={choice} fallback={ref} label="Model" onSelect={onChange} />
        {prices !== undefined && (
          <span
            className="num shrink-0 text-mute @max-[26rem]:hidden"
            title="USD per million tokens, in / out"
          >
            {price(prices.input)} / {price(prices.output)}
          </span>
        )}
        {choice?.sandbox === true && <SandboxTag />}
        <span className="ml-auto flex shrink-0">
          {run !== undefined && run.text !== '' && (
            <IconButton
              label={outcome === 'copied' ? 'Copied' : 'Copy answer'}
              onClick={() => copy(run.text)}
            >
              {outcome === 'copied' ? <Check size={16} /> : <Copy size={16} />}
            </IconButton>
          )}
          {onRemove !== undefined && (
            <IconButton label={`Remove ${ref}`} onClick={onRemove}>
              <X size={16} />
            </IconButton>
          )}
        </span>
      </header>
      <ResponseDisplay
        run={run}
        model={ref}
        missing={choice === undefined && !loading}
        unconfigured={choice?.configured === false ? choice.providerName : undefined}
        onRetry={(request) => void board.start(key, request)}
        onResults={(answered, results) => {
          const request = { ...answered.request, body: continued(answered, results) };
          void board.start(key, request).then(announceUsage);
        }}
        onSignIn={onSignIn}
        onExample={onExample}
      />
    </section>
  );
}

function SandboxTag() {
  return (
    <span
      className="shrink-0 rounded-sm border border-warn px-1 text-label text-warn"
      title="No provider key is set: this answer is made up locally"
    >
      sandbox
    </span>
  );
}
