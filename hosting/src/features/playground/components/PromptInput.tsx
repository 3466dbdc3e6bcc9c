import { Check, Copy, Plus, SlidersHorizontal, Square } from 'lucide-react';
import { type Ref, useId, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { warmClientToken } from '#lib/auth/client-token.ts';
import { loadConfig } from '#lib/config.ts';
import { count, upperCost } from '#lib/format.ts';
import { COMMAND_KEY } from '#lib/platform.ts';
import { useCopy } from '#lib/use-copy.ts';
import { curlCommands } from '../state/curl.ts';
import { bodyOf, changeDraft, type Draft } from '../state/draft.ts';
import { estimateTokens, upperCostOfAll } from '../state/estimate.ts';
import { type ColumnSpec, type ModelChoice, nextChoice } from '../state/models.ts';
import { ModelSelector } from './ModelSelector.tsx';
import { Parameters, parametersSummary } from './Parameters.tsx';

interface PromptInputProps {
  ref: Ref<HTMLTextAreaElement>;
  draft: Draft;
  /** The columns that a run will call. */
  columns: (ColumnSpec & { choice: ModelChoice })[];
  choices: readonly ModelChoice[];
  canAdd: boolean;
  live: boolean;
  ready: boolean;
  onAdd: (ref: string) => void;
  onRun: () => void;
  onStop: () => void;
}

/** The one composer below the columns. */
export function PromptInput({ ref, draft, columns, choices, canAdd, live, ready, ...on }: PromptInputProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const { outcome, copy } = useCopy();
  const sandbox = columns.some((column) => column.choice.sandbox);
  const suggested = nextChoice(choices, columns);
  const summary = parametersSummary(draft);

  async function copyCurl() {
    const { functionsBaseUrl } = await loadConfig();
    const requests = columns.map(({ choice }) => ({
      providerId: choice.providerId,
      body: bodyOf(draft, choice.model.id),
    }));
    await copy(curlCommands(requests, { origin: location.origin, functionsBaseUrl }));
  }

  return (
    <form
      aria-label="Composer"
      className="max-h-[65dvh] shrink-0 overflow-y-auto border-t border-control px-3.5 pt-2.5 pb-[max(0.875rem,env(safe-area-inset-bottom))]"
      onSubmit={(event) => {
        event.preventDefault();
        on.onRun();
      }}
    >
      <div className="mb-1.5 flex flex-wrap items-center justify-between gap-x-4">
        <label htmlFor={id} className="label">
          Prompt
        </label>
        {sandbox && (
          <p className="text-warn max-sm:text-label">
            Sandbox: no provider key is set; answers are made up locally.
          </p>
        )}
      </div>
      {open && <Parameters draft={draft} columns={columns} />}
      <textarea
        ref={ref}
        id={id}
        value={draft.prompt}
        onChange={(event) => changeDraft({ prompt: event.target.value })}
        onFocus={warmClientToken}
        rows={2}
        placeholder="Ask something"
        aria-keyshortcuts="Control+Enter Meta+Enter"
        className="block max-h-[30dvh] min-h-16 w-full resize-none rounded-md border border-control bg-panel px-2.5 py-2 text-answer field-sizing-content sm:min-h-20 coarse:text-input"
      />
      <div className="mt-2 flex flex-wrap items-center gap-2">
        {canAdd && (
          <ModelSelector
            choices={choices}
            value={undefined}
            label="Add model"
            onSelect={on.onAdd}
            trigger={
              <Button aria-label="Add model" title={suggested && `For instance ${suggested.model.id}`}>
                <Plus size={16} />
                <span className="max-sm:hidden">Add model</span>
              </Button>
            }
          />
        )}
        <Button
          aria-label="Parameters"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="aria-expanded:bg-tint"
        >
          <SlidersHorizontal size={16} />
          <span className="max-sm:hidden">Parameters</span>
          {summary !== '' && <span className="num text-mute max-md:hidden">{summary}</span>}
        </Button>
        <Button aria-label="Copy as cURL" onClick={copyCurl} disabled={columns.length === 0}>
          {outcome === 'copied' ? <Check size={16} /> : <Copy size={16} />}
          <span className="max-sm:hidden">{outcome === 'copied' ? 'Copied' : 'Copy as cURL'}</span>
        </Button>
        <span className="ml-auto flex items-center gap-3">
          <Estimate draft={draft} columns={columns} />
          {live ? (
            // A key of its own: reused as the submit button within its own click, it would submit the form.
            <Button key="stop" variant="primary" onClick={on.onStop} aria-keyshortcuts="Escape">
              <Square size={14} />
              Stop
              <Key>Esc</Key>
            </Button>
          ) : (
            <Button key="run" type="submit" variant="primary" disabled={!ready} focusableWhenDisabled>
              Run
              <Key>{`${COMMAND_KEY}↵`}</Key>
            </Button>
          )}
        </span>
      </div>
    </form>
  );
}

function Key({ children }: { children: string }) {
  return (
    // Drawn for the eye only: `aria-keyshortcuts` says it to assistive technology.
    <span aria-hidden="true" className="font-mono text-label opacity-85 coarse:hidden">
      {children}
    </span>
  );
}

function Estimate({ draft, columns }: Pick<PromptInputProps, 'draft' | 'columns'>) {
  if (draft.prompt.trim() === '' || columns.length === 0) return null;
  const most = upperCostOfAll(
    draft,
    columns.map((column) => column.choice.model),
  );
  return (
    <span
      className="num text-mute max-sm:text-label"
      title="A guess at the input, and the most that this run can cost"
    >
      <span className="max-sm:hidden">est. {count(estimateTokens(draft))} tokens, </span>
      {most === undefined ? 'cost unknown' : `≤ ${upperCost(most)}`}
    </span>
  );
}
