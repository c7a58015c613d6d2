import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { IconCertificate } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { may } from "../../api/session.ts";
import { StateView } from "../../shared/page/StateView.tsx";
import { Status, type StatusProps } from "../../shared/status/Status.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { certificateFilters } from "./filters.ts";
import { type Certificate, certificatesQuery } from "./queries.ts";

const route = getRouteApi("/shell/certificates");
/** A dialog is loaded when it is wanted. */
const RevokeDialog = lazy(async () => ({ default: (await import("./RevokeDialog.tsx")).RevokeDialog }));

export function CertificatesPage() {
  const texts = useTexts();
  const { certificates, shell } = texts;
  const search = route.useSearch();
  const filters = certificateFilters(texts);
  const [revoked, setRevoked] = useState<Certificate | null>(null);
  return (
    <>
      <ListPage<Certificate>
        name="certificates"
        title={shell.pages.certificates}
        columns={columns(texts)}
        filters={filters}
        search={search}
        query={certificatesQuery(search, filters)}
        rowKey={({ id }) => id}
        {...(may("terminals:write")
          ? {
              actionsLabel: certificates.revoke,
              rowActions: (one) =>
                one.state === "ACTIVE" || one.state === "RETIRING" ? (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={certificates.revokeOf(one.terminal)}
                    onClick={() => setRevoked(one)}
                  >
                    {certificates.revoke}
                  </Button>
                ) : null,
            }
          : {})}
        defaultSort="-issuedAt"
        empty={
          <StateView
            icon={IconCertificate}
            title={certificates.empty}
            action={<Link to="/terminals">{certificates.terminals}</Link>}
          >
            <p>{certificates.emptyWhy}</p>
          </StateView>
        }
      />
      {revoked === null ? null : (
        <Suspense>
          <RevokeDialog certificate={revoked} onClose={() => setRevoked(null)} />
        </Suspense>
      )}
    </>
  );
}

const SHOWN: Readonly<Record<Certificate["state"], Pick<StatusProps, "tone" | "icon">>> = {
  ACTIVE: { tone: "ok", icon: "check" },
  RETIRING: { tone: "info", icon: "clock" },
  EXPIRED: { tone: "mute", icon: "hourglass" },
  REVOKED: { tone: "mute", icon: "ban" },
};

function columns({ certificates }: Texts): readonly Column<Certificate>[] {
  const { fields, states, endedBy, keyMadeBy } = certificates;
  const none = <span aria-hidden="true">–</span>;
  return [
    {
      id: "state",
      header: fields.state,
      cell: ({ state }) => <Status {...SHOWN[state]} word={states[state]} />,
    },
    {
      id: "terminal",
      header: fields.terminal,
      cell: ({ terminal }) => (
        <Link to="/terminals/$serial" params={{ serial: terminal }}>
          <bdi className="mono">{terminal}</bdi>
        </Link>
      ),
    },
    { id: "posId", header: fields.posId, cell: ({ posId }) => <bdi>{posId}</bdi> },
    { id: "serialNumber", header: fields.serialNumber, cell: ({ id }) => <code>{id}</code> },
    {
      id: "issuedAt",
      header: fields.issued,
      cell: ({ issuedAt }) => <Time at={issuedAt} seconds={false} zoneName={false} />,
      sort: { ascending: "issuedAt", descending: "-issuedAt" },
    },
    {
      id: "notAfter",
      header: fields.until,
      cell: ({ until }) => <Time at={until} seconds={false} zoneName={false} />,
      sort: { ascending: "notAfter", descending: "-notAfter" },
    },
    {
      id: "endedBy",
      header: fields.endedBy,
      cell: ({ endedBy: why }) => (why === null ? none : endedBy[why]),
    },
    {
      id: "endedAt",
      header: fields.ended,
      cell: ({ endedAt }) => <MaybeTime at={endedAt} />,
      isExtra: true,
    },
    {
      id: "keyMadeBy",
      header: fields.keyMadeBy,
      cell: ({ keyMadeBy: by }) => keyMadeBy[by],
      isExtra: true,
    },
    { id: "subject", header: fields.subject, cell: ({ subject }) => <bdi>{subject}</bdi>, isExtra: true },
    {
      id: "fingerprint",
      header: fields.fingerprint,
      cell: ({ fingerprint }) => <code>{fingerprint}</code>,
      isExtra: true,
    },
  ];
}
