"""周报: a week or a month of one scope as a document: composed once, then drawn as page, PDF, PNG, PPTX and DOCX."""
