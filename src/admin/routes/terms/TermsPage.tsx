import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { IconFileText, IconUpload } from "@tabler/icons-react";
import { may } from "../../api/session.ts";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { StateView } from "../../shared/page/StateView.tsx";
import { Status } from "../../shared/status/Status.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { formatDay } from "../../shared/time/format.ts";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { termsFilters } from "./filters.ts";
import { fileOf, type Terms, termsQuery } from "./queries.ts";
import classes from "./TermsPage.module.css";
import { Who } from "../../shared/people/Who.tsx";

const route = getRouteApi("/shell/terms");

export function TermsPage() {
  const texts = useTexts();
  const { terms, shell } = texts;
  const { preferences } = usePreferences();
  const search = route.useSearch();
  const filters = termsFilters(texts);
  const upload = may("terms:write") ? (
    <Button component={Link} to="/terms/new" leftSection={<IconUpload size={16} aria-hidden="true" />}>
      {terms.upload}
    </Button>
  ) : undefined;
  return (
    <ListPage<Terms>
      name="terms"
      title={shell.pages.terms}
      actions={upload}
      columns={columns(texts, preferences.language)}
      filters={filters}
      search={search}
      query={termsQuery(search, filters)}
      rowKey={({ id }) => id}
      lead={<p className={classes["why"]}>{terms.why}</p>}
      empty={
        <StateView icon={IconFileText} title={terms.empty} action={upload}>
          <p>{terms.emptyWhy}</p>
        </StateView>
      }
    />
  );
}

const LOOKS = {
  VALID: { tone: "ok", icon: "check" },
  SCHEDULED: { tone: "info", icon: "clock" },
  SUPERSEDED: { tone: "mute", icon: "hourglass" },
} as const;

function columns({ terms }: Texts, language: string): readonly Column<Terms>[] {
  const { fields, kinds, statuses } = terms;
  const people: readonly Column<Terms>[] =
    may("terms:write") || may("audit:read")
      ? [
          {
            id: "consents",
            header: fields.consents,
            cell: ({ consents }) => (consents === null ? null : terms.consents(consents.given, consents.of)),
            isNumber: true,
          },
          {
            id: "uploadedBy",
            header: fields.uploadedBy,
            cell: ({ uploadedBy }) => (uploadedBy === null ? null : <Who actor={uploadedBy} />),
          },
        ]
      : [];
  return [
    { id: "kind", header: fields.kind, cell: ({ kind }) => kinds[kind] },
    { id: "validFrom", header: fields.validFrom, cell: ({ validFrom }) => formatDay(validFrom, language) },
    {
      id: "status",
      header: fields.status,
      cell: ({ status }) => <Status {...LOOKS[status]} word={statuses[status]} />,
    },
    {
      id: "pdf",
      header: fields.pdf,
      cell: (one) => (
        <a
          href={fileOf(one)}
          target="_blank"
          rel="noreferrer"
          aria-label={terms.openOf(
            sizeOf(one.bytes, language),
            kinds[one.kind],
            formatDay(one.validFrom, language),
          )}
        >
          {terms.size(sizeOf(one.bytes, language))}
        </a>
      ),
    },
    ...people,
    {
      id: "uploadedAt",
      header: fields.uploadedAt,
      cell: ({ uploadedAt }) => <Time at={uploadedAt} seconds={false} zoneName={false} />,
    },
    { id: "sha256", header: fields.sha256, cell: ({ sha256 }) => <code>{sha256}</code>, isExtra: true },
  ];
}

function sizeOf(bytes: number, language: string): string {
  const kilobytes = Math.max(1, Math.round(bytes / 1_000));
  return new Intl.NumberFormat(language, { style: "unit", unit: "kilobyte" }).format(kilobytes);
}
