import { lazy, Suspense, useId } from 'react';
import { INPUT } from '#components/ui/text-field.tsx';
import { cx } from '#lib/cx.ts';
import { count } from '#lib/format.ts';
import { changeDraft, type Draft } from '../state/draft.ts';
import { DEFAULT_MAX_TOKENS } from '../state/estimate.ts';
import type { ColumnSpec, ModelChoice } from '../state/models.ts';

const Fallbacks = lazy(() => import('./Fallbacks.tsx'));

interface ParametersProps {
  draft: Draft;
  columns: (ColumnSpec & { choice: ModelChoice })[];
  choices: readonly ModelChoice[];
}

const MAX_TEMPERATURE = 2;

/** System prompt, temperature and the cap on the answer; what is empty is left to the gateway. */
export function Parameters({ draft, columns, choices }: ParametersProps) {
  const id = useId();
  const most = Math.max(1, ...columns.map((column) => column.choice.model.maxOutputTokens));
  const usual = Math.min(DEFAULT_MAX_TOKENS, most);
  return (
    <div className="mb-2.5 grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-[1fr_9rem_9rem]">
      <div className="max-sm:col-span-2">
        <label htmlFor={`${id}-system`} className="label mb-1 block">
          System prompt
        </label>
        <textarea
          id={`${id}-system`}
          value={draft.system}
          onChange={(event) => changeDraft({ system: event.target.value })}
          rows={1}
          placeholder="How the model should answer"
          className={cx(INPUT, 'block max-h-[20dvh] min-h-8 resize-none py-[5px] field-sizing-content')}
        />
      </div>
      <NumberInput
        id={`${id}-temperature`}
        label="Temperature"
        value={draft.temperature}
        onChange={(temperature) => changeDraft({ temperature })}
        min={0}
        max={MAX_TEMPERATURE}
        step={0.1}
        placeholder="default"
      />
      <NumberInput
        id={`${id}-max`}
        label="Max tokens"
        value={draft.maxTokens}
        onChange={(maxTokens) =>
          changeDraft({ maxTokens: maxTokens === null ? null : Math.round(maxTokens) })
        }
        min={1}
        max={most}
        step={1}
        placeholder={count(usual)}
      />
      <Suspense>
        <Fallbacks draft={draft} columns={columns} choices={choices} />
      </Suspense>
    </div>
  );
}

interface NumberInputProps {
  id: string;
  label: string;
  value: number | null;
  onChange: (value: number | null) => void;
  min: number;
  max: number;
  step: number;
  placeholder: string;
}

function NumberInput({ id, label, value, onChange, min, max, step, placeholder }: NumberInputProps) {
  return (
    <div>
      <label htmlFor={id} className="label mb-1 block">
        {label}
      </label>
      <input
        id={id}
        type="number"
        inputMode={step < 1 ? 'decimal' : 'numeric'}
        min={min}
        max={max}
        step={step}
        value={value ?? ''}
        placeholder={placeholder}
        onChange={(event) => {
          const next = event.target.valueAsNumber;
          onChange(Number.isNaN(next) ? null : next);
        }}
        onBlur={() => {
          if (value !== null) onChange(Math.min(max, Math.max(min, value)));
        }}
        className={cx(INPUT, 'num')}
      />
    </div>
  );
}

/** What differs from the defaults, in few characters. */
export function parametersSummary(draft: Draft): string {
  return [
    draft.system.trim() !== '' && 'system',
    draft.temperature !== null && `t ${draft.temperature}`,
    draft.maxTokens !== null && `max ${count(draft.maxTokens)}`,
    draft.fallbacks.length > 0 && `+${draft.fallbacks.length}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
