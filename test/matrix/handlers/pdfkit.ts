import PdfDocument from 'pdfkit';

export default async (): Promise<void> => {
  const document = new PdfDocument();
  document.font('Times-Roman').text('a page');
  document.end();
  let bytes = 0;
  for await (const chunk of document) bytes += chunk.length;
  if (bytes > 500) console.log('pdfkit works');
};
