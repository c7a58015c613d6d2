import type { TerminalEvent } from "../../../src/domain/terminal/events.ts";
import { every, type Read, type ReadLog } from "./log.ts";
import type { Row } from "./row.ts";

export function certificateRows({ terminals }: ReadLog): readonly Row[] {
  return [...terminals].flatMap(([serial, events]) => certificateLives(serial, events));
}

interface CertificateLife extends Row {
  readonly ended_at: Date | null;
}

/** What became of each certificate: it ends with the first thing after it that ends it. */
export function certificateLives(
  serial: string,
  events: readonly Read<TerminalEvent>[],
): readonly CertificateLife[] {
  const signed = every(events, "CertificateIssued", "CertificateRenewed");
  const ends = every(
    events,
    "CertificateIssued",
    "CertificateRenewed",
    "CertificateRevoked",
    "TerminalUnpaired",
    "TerminalRemoved",
  );
  return signed.map(({ revision, event: { type, data } }) => {
    const { certificate } = data;
    const own = certificate.serialNumber;
    const setUp = every(events, "CertificateIssued")
      .filter((one) => one.revision <= revision)
      .at(-1);
    const renewed = every(events, "CertificateRenewed").find(({ event }) => event.data.replaces === own);
    const end = ends.find((one) => one.revision > revision && isEndOf(one.event, own));
    return {
      serial_number: own,
      terminal: serial,
      pos_id: setUp?.event.data.posId ?? null,
      fingerprint: certificate.fingerprint,
      subject: certificate.subject,
      key_made_by: type === "CertificateIssued" ? data.keyMadeBy : "DEVICE",
      not_before: new Date(certificate.notBefore),
      not_after: new Date(certificate.notAfter),
      until: new Date(renewed?.event.data.retiresAt ?? certificate.notAfter),
      issued_at: new Date(data.at),
      ended_at: end === undefined ? null : new Date(end.event.data.at),
      ended_by: end === undefined ? null : ENDED_BY[end.event.type],
    };
  });
}

const ENDED_BY = {
  CertificateIssued: "REPLACED",
  CertificateRenewed: "REPLACED",
  CertificateRevoked: "REVOKED",
  TerminalUnpaired: "UNPAIRED",
  TerminalRemoved: "REMOVED",
} as const;

function isEndOf(
  event: Extract<TerminalEvent, { type: keyof typeof ENDED_BY }>,
  serialNumber: string,
): boolean {
  switch (event.type) {
    case "CertificateRenewed":
      return event.data.replaces !== serialNumber;
    case "CertificateRevoked":
      return event.data.serialNumber === serialNumber;
    case "CertificateIssued":
    case "TerminalUnpaired":
    case "TerminalRemoved":
      return true;
  }
}
