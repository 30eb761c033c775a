import PdfDocument from 'pdfkit';

export default async (): Promise<string> => {
  const document = new PdfDocument();
  document.font('Times-Roman').text('a page');
  document.end();
  let bytes = 0;
  for await (const chunk of document) bytes += chunk.length;
  return `pdfkit ${bytes > 500 ? 'works' : `has made ${bytes} bytes`}`;
};
