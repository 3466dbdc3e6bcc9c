const NAMES: Record<string, string> = {
  'application/pdf': 'PDF',
  'application/json': 'JSON',
  'text/plain': 'Text',
  'text/markdown': 'Markdown',
  'text/csv': 'CSV',
  'video/quicktime': 'QuickTime video',
  'audio/mpeg': 'MP3 audio',
};

/** A media type in words: `PNG image`. */
export function kindOf(mediaType: string | undefined): string {
  if (mediaType === undefined) return 'Unknown';
  const [kind = '', format = ''] = mediaType.split('/');
  return NAMES[mediaType] ?? `${format.toUpperCase()} ${kind}`;
}

/** What a file is dimensioned as: `640 × 480`, `12.5 s`. */
export function extent(file: {
  width?: number;
  height?: number;
  durationSeconds?: number;
}): string | undefined {
  const parts = [
    file.width !== undefined && file.height !== undefined ? `${file.width} × ${file.height}` : undefined,
    file.durationSeconds === undefined ? undefined : `${Number(file.durationSeconds.toFixed(1))} s`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(', ');
}
