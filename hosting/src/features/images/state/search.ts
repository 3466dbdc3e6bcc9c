export type Task = 'generate' | 'edit' | 'transform';

/** What the page's URL says. */
export interface ImagesSearch {
  task?: Task | undefined;
  /** The picture that is worked on. */
  file?: string | undefined;
}

/** Every key is set: the router would let what is left out through as it came. */
export function imagesSearch({ task, file }: Record<string, unknown>): ImagesSearch {
  return {
    task: task === 'edit' || task === 'transform' ? task : undefined,
    file: typeof file === 'string' && /^file_\w{1,40}$/.test(file) ? file : undefined,
  };
}
