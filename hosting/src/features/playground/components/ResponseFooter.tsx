import type { ReactNode } from 'react';
import { cost, count, duration } from '#lib/format.ts';
import { useCopy } from '#lib/use-copy.ts';
import { isLive, type Run, type RunState } from '../state/run.ts';

export const STATE_WORDS: Record<RunState, string> = {
  waiting: 'Waiting',
  streaming: 'Streaming',
  done: 'Done',
  failed: 'Failed',
  stopped: 'Stopped',
};

const STATE_COLOURS: Record<RunState, string> = {
  waiting: 'text-ember',
  streaming: 'text-ember',
  done: 'text-ok',
  failed: 'text-bad',
  stopped: 'text-warn',
};

/** What the answer took. A dash stands for what is not known, or not yet. */
export function ResponseFooter({ run }: { run: Run }) {
  const { answer } = run;
  return (
    <footer className="shrink-0 border-t px-3.5 py-1.5">
      <dl className="num flex flex-wrap gap-x-4 max-sm:gap-x-3 max-sm:text-label">
        <Figure name="State">
          <span className={STATE_COLOURS[run.state]}>{STATE_WORDS[run.state]}</span>
        </Figure>
        <Figure name="First token">
          {run.firstTokenMs === undefined ? null : duration(run.firstTokenMs)}
        </Figure>
        <Figure name="Total">{run.totalMs === undefined ? null : duration(run.totalMs)}</Figure>
        <Figure name="Tokens">
          {answer && `${count(answer.usage.inputTokens)} → ${count(answer.usage.outputTokens)}`}
        </Figure>
        {answer !== undefined && answer.usage.reasoningTokens > 0 && (
          <Figure name="Reasoning">{count(answer.usage.reasoningTokens)}</Figure>
        )}
        <Figure name="Cost">{answer && cost(answer.cost.usd)}</Figure>
        {answer?.attempts !== undefined && <Figure name="Attempts">{answer.attempts}</Figure>}
        {!isLive(run) && (
          <>
            <Figure name="Finish">{answer?.finishReason}</Figure>
            <Figure name="Model">{answer?.model ?? run.request.body.model}</Figure>
          </>
        )}
        <Figure name="Request">{run.requestId && <RequestId id={run.requestId} />}</Figure>
      </dl>
      {answer?.warnings?.map((warning) => (
        <p key={warning} className="text-warn">
          Note: {warning}
        </p>
      ))}
    </footer>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 gap-1.5">
      <dt className="shrink-0 text-mute">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children || '—'}</dd>
    </div>
  );
}

function RequestId({ id }: { id: string }) {
  const { outcome, copy } = useCopy();
  return (
    <button
      type="button"
      onClick={() => copy(id)}
      title="Copy the request id"
      className="rounded-sm text-left hover:underline hover:underline-offset-2"
    >
      {outcome === 'copied' ? 'copied' : id}
    </button>
  );
}
