from django.db import migrations, models

# All words of names, each once: what somebody types with a letter wrong is compared with them, whoever wrote the name.
# Words stay when their taxa are renamed: they find nothing then.
WORDS = """
CREATE INDEX taxon_word_tail ON taxonomy_word (substr(word, 3) COLLATE "C");

CREATE FUNCTION taxonomy_note_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO taxonomy_word (word)
    SELECT DISTINCT w.word FROM after_it CROSS JOIN unnest(string_to_array(after_it.folded, ' ')) AS w (word)
    WHERE length(w.word) > 2 AND w.word !~ '^[0-9]+$' AND NOT EXISTS (
        SELECT FROM taxonomy_word known WHERE known.word = w.word)
    ORDER BY 1 ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER taxon_words_new AFTER INSERT ON taxonomy_taxon REFERENCING NEW TABLE AS after_it
FOR EACH STATEMENT EXECUTE FUNCTION taxonomy_note_words();
CREATE TRIGGER taxon_words_changed AFTER UPDATE ON taxonomy_taxon REFERENCING NEW TABLE AS after_it
FOR EACH STATEMENT EXECUTE FUNCTION taxonomy_note_words();
CREATE TRIGGER synonym_words_new AFTER INSERT ON taxonomy_synonym REFERENCING NEW TABLE AS after_it
FOR EACH STATEMENT EXECUTE FUNCTION taxonomy_note_words();
CREATE TRIGGER synonym_words_changed AFTER UPDATE ON taxonomy_synonym REFERENCING NEW TABLE AS after_it
FOR EACH STATEMENT EXECUTE FUNCTION taxonomy_note_words();

INSERT INTO taxonomy_word (word)
SELECT DISTINCT w.word FROM (SELECT folded FROM taxonomy_taxon UNION ALL SELECT folded FROM taxonomy_synonym) names
CROSS JOIN unnest(string_to_array(names.folded, ' ')) AS w (word)
WHERE length(w.word) > 2 AND w.word !~ '^[0-9]+$';
"""
WORDS_BACK = """
DROP TRIGGER synonym_words_changed ON taxonomy_synonym;
DROP TRIGGER synonym_words_new ON taxonomy_synonym;
DROP TRIGGER taxon_words_changed ON taxonomy_taxon;
DROP TRIGGER taxon_words_new ON taxonomy_taxon;
DROP FUNCTION taxonomy_note_words();
DROP INDEX taxon_word_tail;
"""


class Migration(migrations.Migration):
    dependencies = [("taxonomy", "0007_names")]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[("word", models.TextField(db_collation="C", primary_key=True, serialize=False))],
        ),
        migrations.RunSQL(WORDS, WORDS_BACK),
    ]
