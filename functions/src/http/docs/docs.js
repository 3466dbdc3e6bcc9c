// Runs in the browser, behind swagger-ui-bundle.js; a file of its own because the page's CSP allows no inline script.
SwaggerUIBundle({ url: 'openapi.json', dom_id: '#swagger-ui', deepLinking: true, tryItOutEnabled: true });
