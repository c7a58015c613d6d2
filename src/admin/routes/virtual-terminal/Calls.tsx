import { Button, CopyButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { Status } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import { type Call, curlOf } from "./device/calls.ts";
import classes from "./VirtualTerminal.module.css";

/** Every call as it went over the wire, the last one first. */
export function Calls({ calls }: { readonly calls: readonly Call[] }) {
  const { virtualTerminal } = useTexts();
  const { wire } = virtualTerminal;
  return (
    <section className={classes["calls"]} aria-label={wire.title}>
      <SectionHead title={wire.title} />
      {calls.length === 0 ? (
        <p className="second">{wire.empty}</p>
      ) : (
        <ol>
          {calls.map((call, index) => (
            <li key={call.id}>
              <details open={index === 0}>
                <summary>
                  <code>
                    {call.method} {call.path}
                  </code>{" "}
                  <Outcome call={call} />
                </summary>
                <Bodies call={call} />
              </details>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Outcome({ call: { status, ms, isLost } }: { readonly call: Call }) {
  const { wire } = useTexts().virtualTerminal;
  if (status === null) return <Status tone="bad" icon="unplugged" word={wire.noAnswer} />;
  if (isLost) return <Status tone="warn" icon="unplugged" word={wire.lost(status)} />;
  const isGood = status < 400;
  return (
    <>
      <Status tone={isGood ? "ok" : "bad"} icon={isGood ? "check" : "cross"} word={String(status)} />{" "}
      <span className="meta">{wire.took(ms)}</span>
    </>
  );
}

function Bodies({ call }: { readonly call: Call }) {
  const { virtualTerminal, shell } = useTexts();
  const { wire } = virtualTerminal;
  const { request, response, accessId } = call;
  return (
    <div className={classes["bodies"]}>
      {request === null ? null : <Body label={wire.request} body={request} />}
      {response === null ? null : <Body label={wire.response} body={response} />}
      <div className={classes["buttons"]}>
        <CopyButton value={curlOf(call, window.location.origin)}>
          {({ copied, copy }) => (
            <Button variant="default" size="compact-sm" onClick={copy}>
              {copied ? shell.copied : wire.copy}
            </Button>
          )}
        </CopyButton>
        {accessId === null ? null : (
          <Link to="/operations/$accessId" params={{ accessId }}>
            {wire.operation}
          </Link>
        )}
      </div>
    </div>
  );
}

function Body({ label, body }: { readonly label: string; readonly body: unknown }) {
  return (
    <figure>
      <figcaption className="meta">{label}</figcaption>
      <pre tabIndex={0}>{JSON.stringify(body, null, 2)}</pre>
    </figure>
  );
}
