import type { UseFormReturn } from 'react-hook-form';
import { Controller } from 'react-hook-form';
import { Checkbox } from '#components/ui/checkbox.tsx';
import { MultiSelect } from '#components/ui/multi-select.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { INPUT, TextField } from '#components/ui/text-field.tsx';
import { cx } from '#lib/cx.ts';
import { GRACES, type KeyForm, PERIODS } from '../state/key-form.ts';
import { SCOPE_NAMES, SCOPES } from '../state/scopes.ts';
import { useProviders } from './use-models.ts';

/** All that can be set on a key: what it is at first, the rest folded until it is wanted or was set. */
export function KeyFields({ form, unfolded }: { form: UseFormReturn<KeyForm>; unfolded: boolean }) {
  const { register, control, formState } = form;
  const { errors } = formState;
  const providers = useProviders();
  const chosen = form.watch('providers');
  const models = providers
    .filter((provider) => chosen.length === 0 || chosen.includes(provider.id))
    .flatMap((provider) => provider.models.map((model) => model.id));
  const number = { inputMode: 'numeric', autoComplete: 'off', placeholder: 'no limit' } as const;
  return (
    <>
      <TextField
        {...register('name')}
        label="Name"
        autoComplete="off"
        placeholder="checkout-bot"
        error={errors.name?.message}
      />
      <fieldset aria-describedby={errors.scopes === undefined ? undefined : 'scopes-error'}>
        <legend className="mb-1 font-medium">Scopes</legend>
        {SCOPE_NAMES.map((scope) => (
          <Checkbox
            key={scope}
            {...register('scopes')}
            value={scope}
            label={<span className="num">{scope}</span>}
            note={SCOPES[scope]}
          />
        ))}
        {errors.scopes !== undefined && (
          <p id="scopes-error" className="text-bad">
            {errors.scopes.message}
          </p>
        )}
      </fieldset>
      <div className="grid gap-x-3 gap-y-4 sm:grid-cols-2">
        <div className="flex items-start gap-2">
          <TextField
            {...register('budgetUsd')}
            label="Budget, USD"
            inputMode="decimal"
            autoComplete="off"
            placeholder="no budget"
            error={errors.budgetUsd?.message}
            className="min-w-0 flex-1"
          />
          <SelectField
            {...register('budgetPeriod')}
            label="Budget period"
            labelHidden
            options={PERIODS}
            className="w-26 pt-6"
          />
        </div>
        <TextField {...register('expiresAt')} label="Expires" type="datetime-local" hint="Empty: never." />
      </div>
      <details open={unfolded} className="border-t pt-3">
        <summary className="font-medium">Models, limits, rotation, tags</summary>
        <div className="mt-3 grid gap-x-3 gap-y-4 sm:grid-cols-2">
          <Controller
            control={control}
            name="providers"
            render={({ field }) => (
              <MultiSelect
                label="Providers"
                none="All providers"
                options={withChosen(
                  providers.map((provider) => provider.id),
                  field.value,
                )}
                value={field.value}
                onChange={field.onChange}
              />
            )}
          />
          <Controller
            control={control}
            name="models"
            render={({ field }) => (
              <MultiSelect
                label="Models"
                none="All models"
                options={withChosen(models, field.value)}
                value={field.value}
                onChange={field.onChange}
              />
            )}
          />
          <TextField
            {...register('requestsPerMinute')}
            {...number}
            label="Requests per minute"
            error={errors.requestsPerMinute?.message}
          />
          <TextField
            {...register('tokensPerMinute')}
            {...number}
            label="Tokens per minute"
            error={errors.tokensPerMinute?.message}
          />
          <TextField
            {...register('concurrency')}
            {...number}
            label="Requests at once"
            error={errors.concurrency?.message}
            className="sm:col-span-2"
          />
          <TextField
            {...register('rotationDays')}
            label="New secret every, days"
            inputMode="numeric"
            autoComplete="off"
            placeholder="by hand only"
            error={errors.rotationDays?.message}
          />
          <SelectField {...register('rotationGrace')} label="Old secret works on for" options={GRACES} />
          <div className="flex flex-col gap-1 sm:col-span-2">
            <label htmlFor="key-tags" className="font-medium">
              Tags
            </label>
            <textarea
              {...register('tags')}
              id="key-tags"
              rows={2}
              placeholder="team=search"
              aria-invalid={errors.tags !== undefined || undefined}
              aria-describedby={errors.tags === undefined ? undefined : 'key-tags-error'}
              className={cx(INPUT, 'num block h-auto! min-h-14 resize-y py-1')}
            />
            {errors.tags !== undefined && (
              <p id="key-tags-error" className="text-bad">
                {errors.tags.message}
              </p>
            )}
          </div>
        </div>
      </details>
    </>
  );
}

/** What a key was held to stays on offer when the list no longer has it. */
function withChosen(options: readonly string[], chosen: readonly string[]): string[] {
  return [...new Set([...options, ...chosen])];
}
