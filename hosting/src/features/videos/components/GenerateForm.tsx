import { useId, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { toApiError } from '#lib/api/errors.ts';
import { generateVideo } from '../api/jobs.ts';
import { FilePicker } from './FilePicker.tsx';
import { useStartJob } from './use-start-job.ts';

/** USD a second, by model and size; the API refuses what is not here, and says what there is. */
const MODELS: Record<string, Record<string, number>> = {
  'sora-2': { '1280x720': 0.1, '720x1280': 0.1 },
  'sora-2-pro': { '1280x720': 0.3, '720x1280': 0.3, '1792x1024': 0.5, '1024x1792': 0.5 },
};
const SECONDS = ['4', '8', '12'];

/** A video from words, and from a picture that it begins with. */
export function GenerateForm() {
  const [model, setModel] = useState('sora-2');
  const [size, setSize] = useState('1280x720');
  const [seconds, setSeconds] = useState('4');
  const [prompt, setPrompt] = useState('');
  const [picture, setPicture] = useState('');
  const start = useStartJob(generateVideo);
  const id = useId();
  const sizes = MODELS[model] ?? {};
  const price = (sizes[size] ?? 0) * Number(seconds);
  return (
    <form
      className="flex max-w-160 flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const inputReference = picture === '' ? {} : { inputReference: picture };
        start.mutate({ model, prompt, size, seconds: Number(seconds), ...inputReference });
      }}
    >
      <div className="flex flex-col gap-1">
        <label htmlFor={id} className="font-medium">
          Prompt
        </label>
        <textarea
          id={id}
          required
          rows={4}
          maxLength={32_000}
          value={prompt}
          onChange={(event) => setPrompt(event.target.value)}
          className="w-full rounded-sm border border-control bg-panel p-2 text-ink coarse:text-input"
        />
      </div>
      <div className="flex flex-wrap gap-3">
        <SelectField
          label="Model"
          value={model}
          onChange={(event) => {
            setModel(event.target.value);
            if (MODELS[event.target.value]?.[size] === undefined) setSize('1280x720');
          }}
          options={Object.keys(MODELS).map((each) => [each, each] as const)}
          className="w-40"
        />
        <SelectField
          label="Size"
          value={size}
          onChange={(event) => setSize(event.target.value)}
          options={Object.keys(sizes).map((each) => [each, each.replace('x', ' × ')] as const)}
          className="w-36"
        />
        <SelectField
          label="Length"
          value={seconds}
          onChange={(event) => setSeconds(event.target.value)}
          options={SECONDS.map((each) => [each, `${each} s`] as const)}
          className="w-24"
        />
      </div>
      <FilePicker
        label="Begins with the picture"
        kind="image"
        none="No picture"
        value={picture}
        onChange={setPicture}
      />
      <p className="text-mute">
        <span className="num">${price.toFixed(2)}</span>, due unless the provider makes none: a cancelled
        video is paid.
      </p>
      {start.isError && (
        <Notice tone="failed" live>
          {toApiError(start.error).message}
        </Notice>
      )}
      <Button
        type="submit"
        variant="primary"
        busy={start.isPending}
        disabled={prompt.trim() === ''}
        className="self-start"
      >
        {start.isPending ? 'Ordering…' : 'Make the video'}
      </Button>
    </form>
  );
}
