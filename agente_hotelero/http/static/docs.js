// Shows /openapi.json: each operation with what it takes and gives.

const element = (tag, text) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  return made;
};

const schemaOf = (content, schemas) => {
  const schema = content?.["application/json"]?.schema;
  return schema?.$ref ? schemas[schema.$ref.split("/").pop()] : schema;
};

function details(title, schema) {
  const box = element("details");
  box.append(element("summary", title), element("pre", JSON.stringify(schema, null, 2)));
  return box;
}

function answers(operation, schemas) {
  const table = element("table");
  for (const [status, answer] of Object.entries(operation.responses)) {
    const row = element("tr");
    const shape = schemaOf(answer.content, schemas)?.title ?? Object.keys(answer.content ?? {})[0] ?? "";
    row.append(element("td", status), element("td", answer.description), element("td", shape));
    table.append(row);
  }
  return table;
}

function show(method, path, operation, schemas) {
  const section = element("section");
  section.append(element("h2", `${method.toUpperCase()} ${path}`), element("p", operation.summary));
  if (operation.security) section.append(element("p", `Bearer token: ${Object.keys(operation.security[0])[0]}`));
  for (const parameter of operation.parameters ?? []) section.append(element("p", `${parameter.in}: ${parameter.name}`));
  if (operation.requestBody) section.append(details("Takes", schemaOf(operation.requestBody.content, schemas)));
  section.append(answers(operation, schemas));
  return section;
}

const description = await (await fetch("/openapi.json")).json();
const main = document.getElementById("operations");
main.textContent = "";
for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    main.append(show(method, path, operation, description.components.schemas));
  }
}
