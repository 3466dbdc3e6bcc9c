import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { buttonClass } from '#components/ui/button.tsx';
import { useSessionUser } from '#lib/auth/session.ts';
import { pictureQuery, urlQuery } from '../api/files.ts';
import type { VideoJob } from '../api/jobs.ts';

type Output = VideoJob['outputs'][number];

/** What a job has made: a player, or a picture, and the way to save it. */
export function JobOutput({ output, title }: { output: Output; title: string }) {
  const uid = useSessionUser()?.uid ?? '';
  const { data: url } = useQuery(urlQuery(uid, output.fileId, 'attachment'));
  return (
    <figure className="flex flex-col items-start gap-3">
      {output.mediaType.startsWith('image/') ? (
        <Picture fileId={output.fileId} title={title} />
      ) : (
        <Player output={output} title={title} />
      )}
      <figcaption className="flex flex-wrap items-center gap-3">
        {url !== undefined && (
          <a href={url} download className={buttonClass()}>
            <Download size={16} aria-hidden="true" /> Save
          </a>
        )}
        <span className="num text-mute">
          {output.mediaType} · {bytes(output.bytes)} · {output.fileId}
        </span>
      </figcaption>
    </figure>
  );
}

function Player({ output: { fileId, mediaType }, title }: { output: Output; title: string }) {
  const uid = useSessionUser()?.uid ?? '';
  const { data: url } = useQuery(urlQuery(uid, fileId, 'inline'));
  if (url === undefined) return <p className="text-mute">Reading the result…</p>;
  if (mediaType.startsWith('audio/')) {
    // biome-ignore lint/a11y/useMediaCaption: what a person has made has no captions.
    return <audio controls src={url} aria-label={title} className="w-full max-w-100" />;
  }
  return (
    // biome-ignore lint/a11y/useMediaCaption: what a person has made has no captions.
    <video controls playsInline src={url} aria-label={title} className="max-h-120 w-full border bg-panel" />
  );
}

function Picture({ fileId, title }: { fileId: string; title: string }) {
  const uid = useSessionUser()?.uid ?? '';
  const { data } = useQuery(pictureQuery(uid, fileId));
  if (data === undefined) return <p className="text-mute">Reading the result…</p>;
  return <img src={data} alt={title} className="max-h-120 max-w-full border" />;
}

function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  return count < 1024 ** 2 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 1024 ** 2).toFixed(1)} MiB`;
}
