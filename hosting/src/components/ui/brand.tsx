/** The mark: four bars of a gate, two of them lit. */
export function Brand() {
  return (
    <span className="flex items-center gap-2 font-semibold">
      <svg width="18" height="16" viewBox="0 0 18 16" fill="none" strokeWidth="2" aria-hidden="true">
        <path d="M2 1v14M16 1v14" stroke="currentColor" />
        <path d="M6.7 8v7M11.3 5v10" stroke="var(--ember)" />
      </svg>
      Firegate
    </span>
  );
}
