import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { toApiError } from '#lib/api/errors.ts';
import { createJob, type JobBody } from '../api/jobs.ts';
import { FilePicker } from './FilePicker.tsx';
import { useStartJob } from './use-start-job.ts';

type Operation = JobBody['operation'];
type Type = Operation['type'];

const OPERATIONS: readonly (readonly [Type, string])[] = [
  ['trim', 'Trim'],
  ['thumbnail', 'Thumbnail'],
  ['scale', 'Scale'],
  ['convert', 'Convert'],
  ['extractAudio', 'Extract audio'],
  ['probe', 'Probe'],
];

interface Fields {
  start: string;
  end: string;
  atSeconds: string;
  width: string;
  height: string;
  video: 'mp4' | 'webm';
  audio: 'mp3' | 'm4a' | 'ogg' | 'wav';
}

const START: Fields = {
  start: '0',
  end: '5',
  atSeconds: '0',
  width: '640',
  height: '',
  video: 'webm',
  audio: 'mp3',
};

/** What to do with a stored video. */
export function OperationForm() {
  const [fileId, setFileId] = useState('');
  const [type, setType] = useState<Type>('trim');
  const [fields, setFields] = useState(START);
  const start = useStartJob(createJob);
  const set = (change: Partial<Fields>) => setFields({ ...fields, ...change });
  const seconds = (name: 'start' | 'end' | 'atSeconds', label: string) => (
    <TextField
      label={label}
      type="number"
      min={0}
      step="any"
      required
      value={fields[name]}
      onChange={(event) => set({ [name]: event.target.value })}
      className="w-32"
    />
  );
  const side = (name: 'width' | 'height', label: string) => (
    <TextField
      label={label}
      type="number"
      min={16}
      max={4096}
      step={2}
      placeholder="auto"
      value={fields[name]}
      onChange={(event) => set({ [name]: event.target.value })}
      className="w-32"
    />
  );
  return (
    <form
      className="flex max-w-160 flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate({ fileId, operation: toOperation(type, fields) });
      }}
    >
      <FilePicker label="Video" kind="video" none="Choose a video…" value={fileId} onChange={setFileId} />
      <div className="flex flex-wrap items-end gap-3">
        <SelectField
          label="Operation"
          value={type}
          onChange={(event) => setType(event.target.value as Type)}
          options={OPERATIONS}
          className="w-40"
        />
        {type === 'trim' && seconds('start', 'From, seconds')}
        {type === 'trim' && seconds('end', 'To, seconds')}
        {type === 'thumbnail' && seconds('atSeconds', 'At, seconds')}
        {type === 'scale' && side('width', 'Width')}
        {type === 'scale' && side('height', 'Height')}
        {type === 'convert' && (
          <SelectField
            label="Format"
            value={fields.video}
            onChange={(event) => set({ video: event.target.value as Fields['video'] })}
            options={[
              ['webm', 'WebM'],
              ['mp4', 'MP4'],
            ]}
            className="w-32"
          />
        )}
        {type === 'extractAudio' && (
          <SelectField
            label="Format"
            value={fields.audio}
            onChange={(event) => set({ audio: event.target.value as Fields['audio'] })}
            options={[
              ['mp3', 'MP3'],
              ['m4a', 'M4A'],
              ['ogg', 'Ogg Opus'],
              ['wav', 'WAV'],
            ]}
            className="w-32"
          />
        )}
      </div>
      {start.isError && (
        <Notice tone="failed" live>
          {toApiError(start.error).message}
        </Notice>
      )}
      <Button
        type="submit"
        variant="primary"
        busy={start.isPending}
        disabled={fileId === ''}
        className="self-start"
      >
        {start.isPending ? 'Starting…' : 'Start'}
      </Button>
    </form>
  );
}

function toOperation(type: Type, fields: Fields): Operation {
  switch (type) {
    case 'probe':
      return { type };
    case 'thumbnail':
      return { type, atSeconds: Number(fields.atSeconds) };
    case 'trim':
      return { type, start: Number(fields.start), end: Number(fields.end) };
    case 'scale':
      return {
        type,
        ...(fields.width !== '' && { width: Number(fields.width) }),
        ...(fields.height !== '' && { height: Number(fields.height) }),
      };
    case 'convert':
      return { type, format: fields.video };
    case 'extractAudio':
      return { type, format: fields.audio };
  }
}
