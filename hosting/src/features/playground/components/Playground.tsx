import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { warmMarkdown } from '#components/markdown/LazyMarkdown.tsx';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { toApiError } from '#lib/api/errors.ts';
import { providersQuery } from '#lib/api/providers.ts';
import { useSessionUser } from '#lib/auth/session.ts';
import { cx } from '#lib/cx.ts';
import { announceUsage } from '#lib/usage-news.ts';
import { useTitle } from '#lib/use-title.ts';
import { bodyOf, changeDraft, structureOf, useDraft } from '../state/draft.ts';
import { type ColumnSpec, columnsOf, MAX_COLUMNS, modelChoices } from '../state/models.ts';
import { rememberRefs } from '../state/remembered.ts';
import { board, useAnyLive } from '../state/use-board.ts';
import { Column } from './Column.tsx';
import { PromptInput } from './PromptInput.tsx';
import { useShortcuts } from './use-shortcuts.ts';

interface PlaygroundProps {
  /** The models that the URL names. */
  refs: string[];
  onRefsChange: (refs: string[]) => void;
  onSignIn: () => void;
}

export function Playground({ refs, onRefsChange, onSignIn }: PlaygroundProps) {
  const user = useSessionUser();
  const providers = useQuery({ ...providersQuery(user?.uid ?? ''), enabled: user !== null });
  const choices = useMemo(() => modelChoices(providers.data ?? []), [providers.data]);
  const columns = useMemo(() => columnsOf(refs, choices), [refs, choices]);
  const keys = useMemo(() => columns.map((column) => column.key), [columns]);
  const live = useAnyLive(keys);
  const draft = useDraft();
  const prompt = useRef<HTMLTextAreaElement>(null);

  useTitle('Playground');
  useEffect(warmMarkdown, []);

  const listed = providers.data !== undefined;
  useEffect(() => {
    if (!listed) return;
    board.retain(keys);
    rememberRefs(refs);
  }, [listed, keys, refs]);

  const callable = columns.filter(isCallable);
  const written = draft.prompt.trim() !== '' && structureOf(draft).wrong === undefined;
  const ready = written && callable.length > 0;

  function run() {
    if (!ready || live) return;
    for (const {
      key,
      choice: { providerId, model },
    } of callable) {
      void board
        .start(key, { providerId, body: bodyOf(draft, { providerId, model: model.id }) })
        .then(announceUsage);
    }
  }

  useShortcuts({ onRun: run, onStop: () => board.stopAll(), live });

  function change(index: number, ref: string | undefined) {
    const next = columns.map((column) => column.ref);
    if (ref === undefined) next.splice(index, 1);
    else next[index] = ref;
    onRefsChange(next);
    if (ref === undefined) prompt.current?.focus();
  }

  if (providers.isError && providers.data === undefined) {
    const error = toApiError(providers.error);
    const signedOut = error.code === 'signed_out' || error.code === 'unauthenticated';
    return (
      <Notice tone="failed" live className="m-4">
        <p className="mb-2">The models could not be listed: {error.message}</p>
        {signedOut ? (
          <Button variant="primary" onClick={onSignIn}>
            Sign in again
          </Button>
        ) : (
          <Button onClick={() => providers.refetch()}>Try again</Button>
        )}
      </Notice>
    );
  }
  return (
    <div className="flex h-full min-h-0 flex-col">
      <h1 className="sr-only">Playground</h1>
      <div
        className={cx(
          'grid min-h-0 flex-1 snap-x snap-mandatory auto-cols-[minmax(min(100%,19rem),1fr)] grid-flow-col overflow-x-auto',
          columns.length > 1 && 'max-sm:auto-cols-[92%]',
        )}
      >
        {columns.map((column, index) => (
          <Column
            key={column.key}
            column={column}
            choices={choices}
            loading={providers.isPending}
            onChange={(ref) => change(index, ref)}
            onRemove={columns.length > 1 ? () => change(index, undefined) : undefined}
            onSignIn={onSignIn}
            onExample={
              index === 0
                ? (example) => {
                    changeDraft({ prompt: example });
                    prompt.current?.focus();
                  }
                : undefined
            }
          />
        ))}
        {columns.length === 0 && (
          <p className="p-4 text-mute" role="status">
            {providers.isPending
              ? 'Loading the models…'
              : 'No provider is enabled in this project: see functions/src/providers/enabled.ts.'}
          </p>
        )}
      </div>
      <PromptInput
        ref={prompt}
        draft={draft}
        columns={callable}
        choices={choices}
        canAdd={columns.length < MAX_COLUMNS && choices.length > 0}
        live={live}
        ready={ready}
        onAdd={(ref) => onRefsChange([...columns.map((column) => column.ref), ref])}
        onRun={run}
        onStop={() => board.stopAll()}
      />
    </div>
  );
}

function isCallable(
  column: ColumnSpec,
): column is ColumnSpec & { choice: NonNullable<ColumnSpec['choice']> } {
  return column.choice?.configured === true;
}
