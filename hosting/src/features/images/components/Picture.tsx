import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useSessionUser } from '#lib/auth/session.ts';
import { cx } from '#lib/cx.ts';
import { contentQuery } from '../api/files.ts';
import type { StoredFile } from '../state/picture.ts';

interface PictureProps {
  file: StoredFile;
  className?: string;
  onSize?: (size: { width: number; height: number }) => void;
}

/** A stored picture, asked for with the person's credential. */
export function Picture({ file, className, onSize }: PictureProps) {
  const uid = useSessionUser()?.uid ?? '';
  const { data, isError } = useQuery(contentQuery(uid, file.id));
  const url = useObjectUrl(data);
  if (isError) return <p className={cx('p-2 text-mute', className)}>It could not be loaded.</p>;
  if (url === undefined) return <div aria-hidden="true" className={cx('bg-tint', className)} />;
  return (
    <img
      src={url}
      alt={file.name}
      className={cx('bg-tint', className)}
      onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
        onSize?.({ width, height })
      }
    />
  );
}

function useObjectUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (blob === undefined) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return blob && url;
}
