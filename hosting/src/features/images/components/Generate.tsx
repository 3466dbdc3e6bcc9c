import { Square } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { bodyOf, type MakeForm } from '../state/make.ts';
import { type ImageModel, MakeFields } from './MakeFields.tsx';
import { MakeResult } from './MakeResult.tsx';
import { useMake } from './use-make.ts';

interface GenerateProps {
  form: MakeForm;
  onForm: (form: MakeForm) => void;
  models: readonly ImageModel[];
}

/** Pictures from words. */
export function Generate({ form, onForm, models }: GenerateProps) {
  const { state, run, stop } = useMake();
  const model = form.model || (models[0]?.ref ?? '');
  const start = () => void run('generate', bodyOf(form, model));
  const live = state.phase === 'running';
  return (
    <div className="grid gap-6 lg:grid-cols-[22rem_1fr]">
      <form
        aria-label="Generate"
        onSubmit={(event) => {
          event.preventDefault();
          if (!live && form.prompt.trim() !== '') start();
        }}
      >
        <MakeFields
          form={form}
          onChange={onForm}
          models={models}
          promptLabel="Prompt"
          placeholder="A lighthouse at dusk, in the style of a woodcut"
        />
        <RunButton
          live={live}
          ready={form.prompt.trim() !== '' && model !== ''}
          verb="Generate"
          onStop={stop}
        />
      </form>
      <section aria-label="Result" className="min-w-0">
        <MakeResult
          state={state}
          idle="What the model makes appears here, and is kept below."
          onRetry={start}
        />
      </section>
    </div>
  );
}

interface RunButtonProps {
  live: boolean;
  ready: boolean;
  verb: string;
  onStop: () => void;
}

export function RunButton({ live, ready, verb, onStop }: RunButtonProps) {
  return (
    <div className="mt-4">
      {live ? (
        // A key of its own: reused as the submit button within its own click, it would submit the form.
        <Button key="stop" variant="primary" onClick={onStop}>
          <Square size={14} />
          Stop
        </Button>
      ) : (
        <Button key="run" type="submit" variant="primary" disabled={!ready} focusableWhenDisabled>
          {verb}
        </Button>
      )}
    </div>
  );
}
