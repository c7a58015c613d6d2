import { useRef, useState } from "react";

export interface Revision<Form> {
  readonly form: Form;
  readonly etag: string | null;
}

/**
 * What a form was filled from: what is sent is a change of that, whatever others have written meanwhile and the page has
 * heard of.
 */
export interface SeenRevision<Form> {
  readonly form: Form;
  /** For `If-Match`. */
  readonly etag: () => string | null;
  readonly take: (revision: Revision<Form>) => void;
}

export function useRevision<Form>(first: Revision<Form>): SeenRevision<Form> {
  const [form, setForm] = useState(first.form);
  const etag = useRef(first.etag);
  return {
    form,
    etag: () => etag.current,
    take: (revision) => {
      etag.current = revision.etag;
      setForm(revision.form);
    },
  };
}
