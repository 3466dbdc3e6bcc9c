import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { cost, count, duration } from '#lib/format.ts';
import { dimensions } from '../state/picture.ts';
import { Picture } from './Picture.tsx';
import type { MakeState } from './use-make.ts';

interface MakeResultProps {
  state: MakeState;
  /** What is there before anything was made. */
  idle: string;
  onRetry: () => void;
}

/** What a model makes, as it comes, and what it took. */
export function MakeResult({ state, idle, onRetry }: MakeResultProps) {
  switch (state.phase) {
    case 'idle':
      return <p className="text-mute">{idle}</p>;
    case 'stopped':
      return (
        <Notice tone="idle" live>
          Stopped. What was made until then may still be billed.
        </Notice>
      );
    case 'failed':
      return (
        <Notice tone="failed" live>
          <p>{state.error.message}</p>
          {state.error.requestId !== undefined && <p className="num text-mute">{state.error.requestId}</p>}
          <Button onClick={onRetry} className="mt-2">
            Try again
          </Button>
        </Notice>
      );
    case 'running':
      return (
        <div data-state="live" className="rail pl-3">
          <p role="status" className="mb-2 text-mute">
            {state.partial === undefined ? 'Asking the model…' : `Unfinished, ${state.nth}…`}
          </p>
          {state.partial !== undefined && (
            <img src={state.partial} alt="Unfinished" className="max-h-[60dvh] w-auto max-w-full bg-tint" />
          )}
        </div>
      );
    case 'done': {
      const { images, usage, cost: price, latencyMs, id, warnings = [] } = state.answer;
      return (
        <div data-state="done" className="rail pl-3">
          <div className={images.length > 1 ? 'grid grid-cols-2 gap-2' : ''}>
            {images.map(({ file }) => (
              <Picture key={file.id} file={file} className="max-h-[60dvh] w-auto max-w-full" />
            ))}
          </div>
          <dl className="mt-2 flex flex-wrap gap-x-5 gap-y-1">
            <Figure name="State" value="Done" />
            <Figure name="Size" value={(images[0] && dimensions(images[0].file)) ?? '–'} />
            <Figure name="Total" value={duration(latencyMs)} />
            <Figure name="Tokens" value={`${count(usage.inputTokens)} / ${count(usage.outputTokens)}`} />
            <Figure name="Cost" value={cost(price.usd)} />
            <Figure name="Request" value={id} />
          </dl>
          {warnings.map((warning) => (
            <p key={warning} className="mt-1 text-warn">
              {warning}
            </p>
          ))}
        </div>
      );
    }
  }
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className="min-w-0">
      <dt className="label">{name}</dt>
      <dd className="num [overflow-wrap:anywhere]">{value}</dd>
    </div>
  );
}
