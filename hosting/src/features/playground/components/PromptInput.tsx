import { Braces, Code, ImagePlus, Plus, SlidersHorizontal, Square } from 'lucide-react';
import { type DragEvent, lazy, type Ref, Suspense, useId, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { warmClientToken } from '#lib/auth/client-token.ts';
import { count, upperCost } from '#lib/format.ts';
import { COMMAND_KEY } from '#lib/platform.ts';
import { changeDraft, type Draft } from '../state/draft.ts';
import { estimateTokens, upperCostOfAll } from '../state/estimate.ts';
import { type ColumnSpec, type ModelChoice, nextChoice } from '../state/models.ts';
import { ModelSelector } from './ModelSelector.tsx';
import { Parameters, parametersSummary } from './Parameters.tsx';

// Most prompts need none of these.
const ImageStrip = lazy(() => import('./ImageStrip.tsx'));
const StructureEditors = lazy(() => import('./StructureEditors.tsx'));
const ViewCode = lazy(() => import('./ViewCode.tsx'));

const IMAGES = 'image/png,image/jpeg,image/webp,image/gif';

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
  const [panel, setPanel] = useState<'parameters' | 'structure'>();
  const [coding, setCoding] = useState(false);
  const [fault, setFault] = useState<string>();
  const chooser = useRef<HTMLInputElement>(null);
  const sandbox = columns.some((column) => column.choice.sandbox);
  const blind = draft.images.length > 0 ? columns.find(isBlind) : undefined;
  const suggested = nextChoice(choices, columns);
  const summary = parametersSummary(draft);
  const structured = draft.tools.trim() !== '' || draft.schema.trim() !== '';

  async function attach(files: readonly File[]) {
    if (files.length === 0) return;
    const { addImages } = await import('../state/images.ts');
    setFault(await addImages(files));
  }

  function onDrop(event: DragEvent) {
    const files = [...event.dataTransfer.files];
    if (files.length === 0) return;
    event.preventDefault();
    void attach(files);
  }

  const toggle = (which: 'parameters' | 'structure') => ({
    'aria-expanded': panel === which,
    onClick: () => setPanel(panel === which ? undefined : which),
    className: 'aria-expanded:bg-tint',
  });

  return (
    <form
      aria-label="Composer"
      className="max-h-[65dvh] shrink-0 overflow-y-auto border-t border-control px-3.5 pt-2.5 pb-[max(0.875rem,env(safe-area-inset-bottom))]"
      onSubmit={(event) => {
        event.preventDefault();
        on.onRun();
      }}
      // Without this the browser would open what is dropped.
      onDragOver={(event) => event.dataTransfer.types.includes('Files') && event.preventDefault()}
      onDrop={onDrop}
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
      {panel === 'parameters' && <Parameters draft={draft} columns={columns} choices={choices} />}
      <Suspense>
        {panel === 'structure' && <StructureEditors draft={draft} />}
        {draft.images.length > 0 && <ImageStrip images={draft.images} />}
      </Suspense>
      {fault !== undefined && (
        <p role="alert" className="mb-2 text-bad">
          {fault}
        </p>
      )}
      {blind !== undefined && (
        <p role="status" className="mb-2 text-warn">
          {blind.choice.model.id} takes no images.
        </p>
      )}
      <textarea
        ref={ref}
        id={id}
        value={draft.prompt}
        onChange={(event) => changeDraft({ prompt: event.target.value })}
        onFocus={warmClientToken}
        onPaste={(event) => {
          const files = [...event.clipboardData.files];
          if (files.length === 0) return;
          event.preventDefault();
          void attach(files);
        }}
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
        <input
          ref={chooser}
          type="file"
          accept={IMAGES}
          multiple
          aria-label="Image files"
          className="hidden"
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            // The same file can be chosen again.
            event.target.value = '';
            void attach(files);
          }}
        />
        <Button
          aria-label="Attach images"
          title="Attach images; or paste or drop them"
          onClick={() => chooser.current?.click()}
        >
          <ImagePlus size={16} />
        </Button>
        <Button title="Parameters" {...toggle('parameters')}>
          <SlidersHorizontal size={16} />
          <span className="max-md:sr-only">Parameters</span>
          {summary !== '' && <span className="num text-mute max-lg:hidden">{summary}</span>}
        </Button>
        <Button title="Tools and schema" {...toggle('structure')}>
          <Braces size={16} />
          <span className="max-md:sr-only">Tools and schema</span>
          {structured && <span className="num text-mute">set</span>}
        </Button>
        <Button title="View code" onClick={() => setCoding(true)} disabled={columns.length === 0}>
          <Code size={16} />
          <span className="max-md:sr-only">View code</span>
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
      <Suspense>
        {coding && <ViewCode draft={draft} columns={columns} onClose={() => setCoding(false)} />}
      </Suspense>
    </form>
  );
}

function isBlind({ choice }: { choice: ModelChoice }): boolean {
  return !choice.model.capabilities.includes('vision');
}

function Key({ children }: { children: string }) {
  return (
    // Drawn for the eye only: `aria-keyshortcuts` says it to assistive technology.
    <span aria-hidden="true" className="font-mono text-label opacity-90 coarse:hidden">
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
