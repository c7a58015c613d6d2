import { counter } from "../plural.ts";

const count = counter("en");
const people = (of: number) => count(of, { one: "# person", other: "# people" });

/** Terms & Conditions: the documents, and the page on which they are agreed to. */
export const terms = {
  upload: "Upload a document",
  uploaded: (document: string, day: string) => `${document}, valid from ${day}, was uploaded.`,
  unchanged: "This very file is already there for that day. Nothing was changed.",
  empty: "No document yet",
  emptyWhy:
    "Issuers, Service Providers and Call Centers agree to the Terms & Conditions and the Privacy Policy when they first sign in, and to each new version. While there is none, nobody is asked.",
  why: "A document is never edited or deleted: of the same day the last one counts, and the others stay here.",
  openOf: (size: string, document: string, day: string) => `PDF, ${size}: ${document}, ${day}`,
  size: (size: string) => `PDF, ${size}`,
  kinds: { TERMS: "Terms & Conditions", PRIVACY_POLICY: "Privacy Policy" },
  statuses: { VALID: "Valid", SCHEDULED: "Not valid yet", SUPERSEDED: "History" },
  consents: (given: number, of: number) => `${String(given)} of ${String(of)}`,
  fields: {
    kind: "Document",
    validFrom: "Valid from",
    validFromHelp: "From the first moment of that day, in UTC.",
    file: "PDF file",
    fileHelp: "At most 5 MB.",
    status: "State",
    consents: "Have agreed",
    uploadedAt: "Uploaded",
    uploadedBy: "Uploaded by",
    pdf: "File",
    sha256: "SHA-256",
  },
  errors: {
    file: "Choose a PDF file.",
    type: "This is not a PDF file.",
    size: "The file is larger than 5 MB.",
  },
  effect: {
    title: "What will come of it",
    replaces: (day: string, given: number) =>
      given === 0
        ? `Replaces the file of ${day}, which stays in the history.`
        : `Replaces the file of ${day}, which stays in the history; ${people(given)} must agree again.`,
    wanted: (of: number, day: string) =>
      of === 0
        ? `Nobody has to agree yet: there is no Issuer, Service Provider or Call Center.`
        : `From ${day} on ${people(of)} must agree before they can go on.`,
    atOnce: (of: number) =>
      of === 0
        ? `Nobody has to agree yet: there is no Issuer, Service Provider or Call Center.`
        : `At once ${people(of)} must agree before they can go on.`,
    history: "It goes to the history at once: what is valid now is of a later day.",
  },
  consent: {
    title: "Before you go on",
    why: "Please read both documents and agree to them. You are asked again only when there is a new version.",
    whyOne: "Please read the document and agree to it. You are asked again only when there is a new version.",
    validFrom: (day: string) => `Valid from ${day}`,
    download: (document: string) => `Download: ${document} (PDF)`,
    noViewer: "Your browser does not show PDF files here. Download the document to read it.",
    agree: {
      TERMS: "I have read the Terms & Conditions and agree to them.",
      PRIVACY_POLICY: "I have read the Privacy Policy and agree to it.",
    },
    untaken: "Tick this to go on.",
    submit: "Continue",
    changed: "Another version has become valid meanwhile. Load the page again to read it.",
    reload: "Load again",
  },
} as const;
