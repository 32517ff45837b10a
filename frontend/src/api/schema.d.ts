export interface paths {
    "/api/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Artifacts
         * @description List finished artifacts, newest first.
         */
        get: operations["list_artifacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/artifacts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Artifact
         * @description Describe one artifact: its whole recipe, arrays, metrics and origin.
         */
        get: operations["get_artifact"];
        put?: never;
        post?: never;
        /**
         * Delete Artifact
         * @description Delete an artifact; while others stand on it, only with all of them.
         *
         *     What its recipe says can be made again. Nothing goes that a job under way reads, and files that
         *     people brought stay until `repscope gc` finds that nothing names them.
         */
        delete: operations["delete_artifact"];
        options?: never;
        head?: never;
        /**
         * Name Artifact
         * @description Give an artifact a title or a note; what it is does not change.
         */
        patch: operations["name_artifact"];
        trace?: never;
    };
    "/api/artifacts/{id}/arrays/{name}.npy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Array
         * @description Send one array as a `.npy` file, or a range of its bytes.
         */
        get: operations["get_array"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/artifacts/{id}/dependents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Dependents
         * @description Tell what stands on an artifact, and would be deleted with it.
         */
        get: operations["list_dependents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/artifacts/{id}/encoder.safetensors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Encoder
         * @description Send an encoder as one safetensors file: its weights, and a card in the header.
         *
         *     The card is JSON text under `repscope`: title, architecture, how images are prepared, recipe,
         *     the images that it learned from, metrics. `encoder/checkpoint` takes the file back. Encoders
         *     that are no network have their arrays instead of weights.
         */
        get: operations["export_encoder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/artifacts/{id}/export.{format}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Table
         * @description Send the points of a map, or computed values, as a table with one row an image.
         *
         *     Its columns are `row`, those of the dataset, `x`, `y` (and `z`) or the values, and those of
         *     further values that `with` names. Numbers arrive bit for bit. Classes stand by name in CSV and
         *     Parquet, by number with their names beside them in npz. Parquet and npz hold the recipe.
         */
        get: operations["export_table"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/artifacts/{id}/weights.safetensors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Weights
         * @description Send an encoder's weights as a `.safetensors` file, or a range of its bytes.
         */
        get: operations["get_weights"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Catalogue
         * @description List all methods: what each makes, from which inputs, with which parameters.
         */
        get: operations["get_catalogue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{id}/atlas/{page}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Atlas Page
         * @description Send one page of the sprite atlas, a JPEG of many thumbnails.
         *
         *     The atlas is an artifact of its own, above 100,000 images one for every 16 pages; until it
         *     has been made this answers 404 with the recipe to submit.
         */
        get: operations["get_atlas_page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{id}/export/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Dataset
         * @description Send a dataset, or some rows of it, as a file.
         *
         *     `images.zip` holds the images in folders by split and class, with `metadata.csv`; bringing it
         *     in again makes the same dataset. The tables have one row an image, with everything that is
         *     known of it. `arrays.npz` holds images and columns as NumPy arrays. Files are written while
         *     they are sent.
         */
        get: operations["export_dataset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{id}/images/{row}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Image
         * @description Send one image: PNG up to 64 pixels, else JPEG.
         */
        get: operations["get_image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{id}/mosaic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Mosaic
         * @description Send one picture of images that are evenly spread over a dataset, each cut to a square.
         *
         *     JPEG, or PNG with transparent places between small images and where there are too few.
         */
        get: operations["get_mosaic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{id}/selections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Selections
         * @description List the saved selections of a dataset by name.
         */
        get: operations["list_selections"];
        put?: never;
        /**
         * Save Selection
         * @description Save rows of a dataset under a name that no other selection of it has.
         *
         *     The rows are an artifact of their own (`selection/rows`); make it first.
         */
        post: operations["save_selection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{id}/selections/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Selection
         * @description Take the name of a saved selection back; what was made of its rows stays.
         */
        delete: operations["delete_selection"];
        options?: never;
        head?: never;
        /**
         * Rename Selection
         * @description Give a saved selection another name.
         */
        patch: operations["rename_selection"];
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream Events
         * @description Send each job when it changes, and each new row of its history.
         *
         *     `event: job` carries a Job: once for each on connecting, then whenever it changes.
         *     `event: entry` carries an Entry. The `id` of an event holds the last number of each job, so
         *     that a browser that reconnects misses nothing.
         */
        get: operations["stream_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Health
         * @description Tell that the server can serve, which worker hosts are up and how many jobs wait.
         */
        get: operations["get_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Liveness
         * @description Tell that the process answers; open to everyone.
         */
        get: operations["get_liveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Readiness
         * @description Tell that the server can serve and take work; 503 says in one sentence why not.
         */
        get: operations["get_readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Jobs
         * @description List the jobs that I asked for, newest first.
         */
        get: operations["list_jobs"];
        put?: never;
        /**
         * Submit Job
         * @description Ask for an artifact, and for every one that it needs; asking twice is harmless.
         */
        post: operations["submit_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Job
         * @description Tell how one job goes.
         */
        get: operations["get_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Job
         * @description Take my wish back; the job stops when nobody else wants it.
         */
        post: operations["cancel_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish Job Early
         * @description Take what a running job has made so far; it stands in `result` once it is published.
         */
        post: operations["finish_job_early"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/intermediate/{slot}.npy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Intermediate
         * @description Fetch a layout while it forms; the next but one takes its place.
         */
        get: operations["get_intermediate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Job
         * @description Queue a failed or cancelled job again.
         */
        post: operations["retry_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/live/{method}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Call Live
         * @description Run a live method on finished artifacts; the answer is a frame, binary.
         *
         *     A frame is the length of its header (uint32, little-endian), the header, padded with spaces,
         *     and arrays, little-endian, each at a multiple of 8 bytes. The header is JSON, `{"arrays":
         *     [{"name", "dtype", "shape", "offset", "bytes"}], "meta": {}}`; offsets count from the start of
         *     the frame.
         */
        post: operations["call_live"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve Recipe
         * @description Normalize a recipe and tell its id, its state and what making it takes; queue nothing.
         */
        post: operations["resolve_recipe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Runs
         * @description List all trainings that are under way or left something, newest first.
         */
        get: operations["get_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put Upload
         * @description Send a file, as it is; recipes name it by the checksum that this answers.
         */
        put: operations["put_upload"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uploads/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Upload
         * @description Tell whether a file is here already, so that it need not be sent.
         */
        get: operations["get_upload"];
        put?: never;
        post?: never;
        /**
         * Delete Upload
         * @description Delete a file; while something was made of it, only with all of that.
         */
        delete: operations["delete_upload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * ArrayEntry
         * @description What a manifest says of one array.
         */
        ArrayEntry: {
            /** Bytes */
            bytes: number;
            /** Dtype */
            dtype: string;
            /** Sha256 */
            sha256: string;
            /** Shape */
            shape: number[];
        };
        /**
         * ArtifactList
         * @description Artifacts, newest first.
         */
        ArtifactList: {
            /** Artifacts */
            artifacts: components["schemas"]["ArtifactSummary"][];
            /**
             * Cursor
             * @description give it back to get the next page; nothing at the end
             */
            cursor: string | null;
        };
        /**
         * ArtifactSummary
         * @description One line of the list of artifacts.
         */
        ArtifactSummary: {
            /**
             * Asked
             * @description whether somebody asked for it itself or named it; else it was only made on the way to something else
             */
            asked: boolean;
            /**
             * Bytes
             * @description size of all arrays and files
             */
            bytes: number;
            /**
             * Created
             * @description unix seconds
             */
            created: number;
            /** @description of datasets: what a card shows */
            dataset: components["schemas"]["DatasetCard"] | null;
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            /**
             * Meta
             * @description what its method says, without what is long
             */
            meta: {
                [key: string]: unknown;
            };
            /** Method */
            method: string;
            /** Metrics */
            metrics: {
                [key: string]: number;
            };
            /**
             * Note
             * @description what somebody noted of it
             */
            note: string;
            /**
             * Seconds
             * @description how long it took to make
             */
            seconds: number;
            /**
             * Title
             * @description what people call it; its own title until somebody names it
             */
            title: string;
            /** Version */
            version: number;
        };
        /**
         * CatalogueDocument
         * @description Everything that can be made.
         */
        CatalogueDocument: {
            /** Methods */
            methods: components["schemas"]["Method"][];
        };
        /**
         * ColumnCard
         * @description One thing that is known of each image.
         */
        ColumnCard: {
            /** Name */
            name: string;
            /** Title */
            title: string;
            /**
             * Type
             * @description category, number or text
             */
            type: string;
        };
        /**
         * DatasetCard
         * @description What a dataset says of itself, in short.
         */
        DatasetCard: {
            /**
             * Channels
             * @description 1 is gray, 3 is color
             */
            channels: number;
            /**
             * Classes
             * @description how many there are; 0 without labels
             */
            classes: number;
            /** Columns */
            columns: components["schemas"]["ColumnCard"][];
            /**
             * Count
             * @description number of images
             */
            count: number;
            /**
             * Height
             * @description of an image in pixels, the largest where they differ
             */
            height: number;
            /** License */
            license: string;
            /**
             * Mixed
             * @description whether its images differ in size
             */
            mixed: boolean;
            /**
             * Parent
             * @description id of the dataset that its rows are taken from
             */
            parent: string | null;
            /** Source */
            source: string;
            /**
             * Splits
             * @description names of its parts, such as train and test
             */
            splits: string[];
            /**
             * Width
             * @description of an image in pixels, the largest where they differ
             */
            width: number;
        };
        /**
         * Dependent
         * @description A finished artifact that stands on another.
         */
        Dependent: {
            /**
             * Bytes
             * @description size of all arrays and files
             */
            bytes: number;
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            /** Method */
            method: string;
            /** Title */
            title: string;
        };
        /**
         * DependentJob
         * @description A job under way that needs an artifact.
         */
        DependentJob: {
            /** Id */
            id: string;
            /** State */
            state: string;
            /** Title */
            title: string;
        };
        /**
         * Dependents
         * @description What stands on an artifact, and goes with it.
         */
        Dependents: {
            /**
             * Artifacts
             * @description oldest first
             */
            artifacts: components["schemas"]["Dependent"][];
            /**
             * Jobs
             * @description while there is one, nothing can be deleted
             */
            jobs: components["schemas"]["DependentJob"][];
            /**
             * Selections
             * @description saved selections that would go
             */
            selections: components["schemas"]["SavedName"][];
            /**
             * Uploads
             * @description checksums of files that nothing else names; `repscope gc` removes them later
             */
            uploads: string[];
        };
        /**
         * ErrorBody
         * @description The body of every answer that is not a success.
         */
        ErrorBody: {
            error: components["schemas"]["ErrorDetail"];
        };
        /**
         * ErrorDetail
         * @description What went wrong.
         */
        ErrorDetail: {
            /**
             * Code
             * @description for programs: one word for one kind of error
             */
            code: string;
            /**
             * Field
             * @description path of the offending field, such as `params.k`
             */
            field?: string | null;
            /**
             * Job
             * @description id of the job that this is about
             */
            job?: string | null;
            /**
             * Message
             * @description for people: one sentence that says what to do
             */
            message: string;
            /**
             * Recipe
             * @description recipe to submit first, where something has not been made yet
             */
            recipe?: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * Estimate
         * @description What making it will take.
         */
        Estimate: {
            /**
             * Seconds
             * @description nothing when it cannot be told
             */
            seconds: number | null;
        };
        /**
         * File
         * @description What can be written.
         * @enum {string}
         */
        File: "images.zip" | "table.csv" | "table.parquet" | "arrays.npz";
        /**
         * FileEntry
         * @description What a manifest says of one other file.
         */
        FileEntry: {
            /** Bytes */
            bytes: number;
            /** Sha256 */
            sha256: string;
        };
        /**
         * Format
         * @description Endings of the files.
         * @enum {string}
         */
        Format: "csv" | "npz" | "parquet";
        /**
         * Health
         * @description The server can serve, and who works for it.
         */
        Health: {
            /**
             * Queue
             * @description how many jobs wait for a worker
             */
            queue: number;
            /**
             * Status
             * @constant
             */
            status: "ok";
            /**
             * Version
             * @description release of Repscope
             */
            version: string;
            /** Workers */
            workers: components["schemas"]["WorkerStatus"][];
        };
        /**
         * Input
         * @description One named input of a method.
         */
        Input: {
            /**
             * Description
             * @default
             */
            description: string;
            /**
             * Kind
             * @description kind of artifact that is expected here
             */
            kind: string;
            /**
             * Many
             * @description an ordered list of artifacts instead of one
             * @default false
             */
            many: boolean;
            /** Name */
            name: string;
            /**
             * Optional
             * @default false
             */
            optional: boolean;
        };
        /**
         * Job
         * @description The making of one artifact; it has the artifact's id.
         */
        Job: {
            /** Attempts */
            attempts: number;
            /**
             * Created
             * @description unix seconds
             */
            created: number;
            /**
             * Ended
             * @description unix seconds
             */
            ended: number | null;
            error: components["schemas"]["JobError"] | null;
            /**
             * Finishing
             * @description somebody asked for what there is so far
             */
            finishing: boolean;
            /** Id */
            id: string;
            /**
             * Inputs
             * @description ids of the artifacts that it reads
             */
            inputs: string[];
            /** Kind */
            kind: string;
            /**
             * Message
             * @description what it does right now
             */
            message: string;
            /** Method */
            method: string;
            /** Metrics */
            metrics: {
                [key: string]: number;
            };
            /**
             * Position
             * @description place in its queue, 1 is next
             */
            position: number | null;
            /**
             * Progress
             * @description 0 to 1
             */
            progress: number | null;
            recipe: components["schemas"]["Recipe"];
            /**
             * Remaining
             * @description seconds that are left
             */
            remaining: number | null;
            /**
             * Result
             * @description id of what it had made when it was finished early
             */
            result: string | null;
            /**
             * Started
             * @description unix seconds
             */
            started: number | null;
            /**
             * State
             * @enum {string}
             */
            state: "waiting" | "queued" | "running" | "done" | "failed" | "cancelled";
            /**
             * Title
             * @description name for people: its own, or that of the method
             */
            title: string;
        };
        /**
         * JobError
         * @description Why a job failed.
         */
        JobError: {
            /**
             * Detail
             * @description the traceback, where there is one
             */
            detail: string | null;
            /**
             * Message
             * @description one sentence for people
             */
            message: string;
        };
        /**
         * JobList
         * @description Jobs, newest first.
         */
        JobList: {
            /** Jobs */
            jobs: components["schemas"]["Job"][];
        };
        /**
         * LiveCall
         * @description Inputs and parameters of a live call.
         */
        LiveCall: {
            /**
             * Inputs
             * @description finished artifacts, by id or recipe
             */
            inputs?: {
                [key: string]: string | components["schemas"]["Recipe"] | (string | components["schemas"]["Recipe"])[];
            };
            /** Params */
            params?: {
                [key: string]: unknown;
            };
            /**
             * Seed
             * @default 0
             */
            seed: number;
            /**
             * View
             * @description which view asks; a newer call of it takes the place of one that waits
             */
            view?: string | null;
        };
        /**
         * Liveness
         * @description The process answers.
         */
        Liveness: {
            /**
             * Status
             * @constant
             */
            status: "alive";
        };
        /**
         * Manifest
         * @description An artifact's manifest, and what people say of it.
         */
        Manifest: {
            /**
             * Arrays
             * @default {}
             */
            arrays: {
                [key: string]: components["schemas"]["ArrayEntry"];
            };
            /**
             * Created
             * @default 0
             */
            created: number;
            /**
             * Files
             * @default {}
             */
            files: {
                [key: string]: components["schemas"]["FileEntry"];
            };
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            /**
             * Libraries
             * @default {}
             */
            libraries: {
                [key: string]: string;
            };
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
            /** Method */
            method: string;
            /**
             * Metrics
             * @default {}
             */
            metrics: {
                [key: string]: number;
            };
            /**
             * Note
             * @description what somebody noted of it
             */
            note: string;
            recipe: components["schemas"]["Recipe"];
            /**
             * Seconds
             * @default 0
             */
            seconds: number;
            /**
             * Title
             * @description what people call it; its own title until somebody names it
             */
            title: string;
            /** Version */
            version: number;
        };
        /**
         * Method
         * @description One entry of the catalogue.
         */
        Method: {
            /**
             * Cost
             * @description seconds per unit of each term: constant, rows, ...
             */
            cost?: {
                [key: string]: number;
            };
            /**
             * Default
             * @description makes this kind when another kind is given where this one is expected
             * @default false
             */
            default: boolean;
            /**
             * Description
             * @default
             */
            description: string;
            /** Inputs */
            inputs?: components["schemas"]["Input"][];
            /** Kind */
            kind: string;
            /** Method */
            method: string;
            /**
             * Output
             * @description what a view needs to draw it: points, images, matrix, ...
             */
            output: string;
            /**
             * Params
             * @description JSON Schema of the parameters, an object
             */
            params: {
                [key: string]: unknown;
            };
            /**
             * Queue
             * @default compute
             * @enum {string}
             */
            queue: "live" | "compute" | "train";
            /**
             * Seeded
             * @description whether the seed changes the result
             * @default false
             */
            seeded: boolean;
            /**
             * Summary
             * @description one sentence for the chooser
             */
            summary: string;
            /** Title */
            title: string;
            /**
             * Version
             * @description raised whenever the output changes
             */
            version: number;
        };
        /**
         * NamingChange
         * @description A title or a note, or both; what is left out stays as it is.
         */
        NamingChange: {
            /**
             * Note
             * @description empty for none
             */
            note?: string | null;
            /**
             * Title
             * @description empty for its own title
             */
            title?: string | null;
        };
        /**
         * NewName
         * @description Another name.
         */
        NewName: {
            /** Name */
            name: string;
        };
        /**
         * NewSelection
         * @description What to save, and under which name.
         */
        NewSelection: {
            /** Name */
            name: string;
            /**
             * Selection
             * @description id of a `selection/rows` of this dataset
             */
            selection: string;
        };
        /**
         * Readiness
         * @description The server can serve and take work.
         */
        Readiness: {
            /**
             * Broker
             * @description of servers; while it is down maps and jobs go on, live calls do not
             * @enum {string}
             */
            broker: "none" | "up" | "down";
            /**
             * Status
             * @constant
             */
            status: "ready";
        };
        /**
         * Recipe
         * @description What to make, from what, and with which settings.
         *
         *     `inputs` names other artifacts, by id or as nested recipes, single or as ordered lists.
         */
        Recipe: {
            /** Inputs */
            inputs?: {
                [key: string]: string | components["schemas"]["Recipe"] | (string | components["schemas"]["Recipe"])[];
            };
            /** Kind */
            kind: string;
            /** Method */
            method: string;
            /** Params */
            params?: {
                [key: string]: unknown;
            };
            /**
             * Seed
             * @description start of every random draw
             * @default 0
             */
            seed: number;
            /**
             * Version
             * @description version of the method; the newest when left out
             */
            version?: number | null;
        };
        /**
         * Resolution
         * @description A recipe, normalized, with everything that it stands on.
         */
        Resolution: {
            estimate: components["schemas"]["Estimate"];
            /**
             * Graph
             * @description inputs before what needs them
             */
            graph: components["schemas"]["ResolvedNode"][];
            /**
             * Id
             * @description id that its artifact has, or will have
             */
            id: string;
            recipe: components["schemas"]["Recipe"];
            /**
             * Refusal
             * @description why it would not be queued as things stand: no room on the disk, a file that was not sent, a download that this server does not make; null where it would
             */
            refusal: string | null;
            /** State */
            state: ("waiting" | "queued" | "running" | "done" | "failed" | "cancelled") | "missing";
        };
        /**
         * ResolvedNode
         * @description One artifact that a recipe needs, or the recipe itself.
         */
        ResolvedNode: {
            /** Id */
            id: string;
            /** Inputs */
            inputs: string[];
            /** Kind */
            kind: string;
            /** Method */
            method: string;
            /** State */
            state: ("waiting" | "queued" | "running" | "done" | "failed" | "cancelled") | "missing";
            /** Title */
            title: string;
        };
        /**
         * Run
         * @description One training, as far as it has come.
         */
        Run: {
            /**
             * Artifact
             * @description id of the furthest snapshot, whose title and note are the run's
             */
            artifact: string | null;
            /**
             * Created
             * @description unix seconds; when its furthest snapshot, or job, came
             */
            created: number;
            /**
             * Dataset
             * @description id of the dataset that it trains on
             */
            dataset: string;
            /** Dataset Title */
            dataset_title: string;
            /** Device */
            device: string;
            /**
             * Epoch
             * @description of the furthest snapshot
             */
            epoch: number | null;
            /**
             * Id
             * @description id that the artifact of the whole run has, or will have
             */
            id: string;
            /**
             * Knn
             * @description best accuracy of nearest neighbors on held-out rows
             */
            knn: number | null;
            /**
             * Loss
             * @description at the furthest snapshot
             */
            loss: number | null;
            /**
             * Note
             * @description what somebody noted of it
             */
            note: string;
            recipe: components["schemas"]["Recipe"];
            /**
             * Seconds
             * @description how long it trained
             */
            seconds: number | null;
            /**
             * Snapshots
             * @description ids of all artifacts that there are of it
             */
            snapshots: string[];
            /**
             * State
             * @description early: finished before its end; snapshots: only these were made
             * @enum {string}
             */
            state: "waiting" | "queued" | "running" | "paused" | "failed" | "early" | "done" | "snapshots";
            /**
             * Step
             * @description of the furthest snapshot
             */
            step: number | null;
            /**
             * Steps
             * @description of the whole run
             */
            steps: number | null;
            /**
             * Title
             * @description what people call it; its objective's title until then
             */
            title: string;
        };
        /**
         * RunList
         * @description Runs, newest first.
         */
        RunList: {
            /** Runs */
            runs: components["schemas"]["Run"][];
        };
        /**
         * SavedName
         * @description A saved selection, by its name.
         */
        SavedName: {
            /**
             * Dataset
             * @description id of its dataset
             */
            dataset: string;
            /** Name */
            name: string;
        };
        /**
         * SavedSelection
         * @description Rows of a dataset under a name.
         */
        SavedSelection: {
            /**
             * Count
             * @description how many rows
             */
            count: number;
            /**
             * Created
             * @description unix seconds
             */
            created: number;
            /** Name */
            name: string;
            /**
             * Selection
             * @description id of the artifact that holds the rows
             */
            selection: string;
            /**
             * Updated
             * @description unix seconds
             */
            updated: number;
        };
        /**
         * SavedSelections
         * @description The saved selections of a dataset, by name.
         */
        SavedSelections: {
            /** Selections */
            selections: components["schemas"]["SavedSelection"][];
        };
        /**
         * Upload
         * @description A file that somebody sent.
         */
        Upload: {
            /**
             * Bytes
             * @description its size
             */
            bytes: number;
            /**
             * Sha256
             * @description its checksum, by which recipes name it
             */
            sha256: string;
        };
        /**
         * WorkerStatus
         * @description A worker host that is up.
         */
        WorkerStatus: {
            /**
             * Device
             * @description what it computes on
             */
            device: string;
            /**
             * Host
             * @description name of its machine
             */
            host: string;
            /** Id */
            id: string;
            /**
             * Job
             * @description id of the job that it makes
             */
            job: string | null;
            /**
             * Pid
             * @description number of its process
             */
            pid: number;
            /**
             * Queues
             * @description which queues it serves
             */
            queues: string[];
            /**
             * State
             * @description what it does: starting, idle, busy, ...
             */
            state: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_artifacts: {
        parameters: {
            query?: {
                /** @description only these */
                kind?: string | null;
                limit?: number;
                /** @description from the page before */
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArtifactList"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_artifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Manifest"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_artifact: {
        parameters: {
            query?: {
                /** @description also what stands on it */
                cascade?: boolean;
            };
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    name_artifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamingChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Manifest"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_array: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
                /** @description name of the array, as in the manifest */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_dependents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dependents"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    export_encoder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    export_table: {
        parameters: {
            query?: {
                /** @description ids of values to join */
                with?: string;
            };
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
                /** @description what to write */
                format: components["schemas"]["Format"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                    "application/zip": string;
                    "text/csv": string;
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_weights: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_catalogue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogueDocument"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_atlas_page: {
        parameters: {
            query?: {
                /** @description side of a thumbnail, in pixels */
                size?: number | null;
            };
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
                /** @description page of the atlas, from 0 */
                page: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    export_dataset: {
        parameters: {
            query?: {
                /** @description id of a selection: only its rows */
                selection?: string | null;
            };
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
                /** @description what to write */
                file: components["schemas"]["File"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                    "application/zip": string;
                    "text/csv": string;
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_image: {
        parameters: {
            query?: {
                /** @description longest side; never enlarged */
                size?: number | null;
            };
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
                /** @description row of the dataset, from 0 */
                row: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                    "image/png": string;
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_mosaic: {
        parameters: {
            query?: {
                /** @description side by side */
                columns?: number;
                /** @description above each other */
                rows?: number;
                /** @description side of a square, in pixels */
                size?: number;
            };
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                    "image/png": string;
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_selections: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedSelections"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    save_selection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSelection"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedSelection"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_selection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
                /** @description name of the selection */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    rename_selection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
                /** @description name of the selection */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewName"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedSelection"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    stream_events: {
        parameters: {
            query?: {
                /** @description ids, comma between; all that I asked for when left out */
                jobs?: string | null;
            };
            header?: {
                /** @description resumes after this event */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_liveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_jobs: {
        parameters: {
            query?: {
                /** @description only these */
                state?: ("waiting" | "queued" | "running" | "done" | "failed" | "cancelled") | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    submit_job: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Recipe"];
            };
        };
        responses: {
            /** @description It is done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description It is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    cancel_job: {
        parameters: {
            query?: {
                /** @description keep my wishes for what is made from it; it goes on for those */
                alone?: boolean;
            };
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    finish_job_early: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_intermediate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
                /** @description which of the two, as its event says */
                slot: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    retry_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 32 hexadecimal digits */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    call_live: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description name of a method of kind `live` */
                method: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LiveCall"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    resolve_recipe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Recipe"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Resolution"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_runs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunList"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    put_upload: {
        parameters: {
            query?: {
                /** @description what its checksum has to be */
                sha256?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description checksum of the file */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_upload: {
        parameters: {
            query?: {
                /** @description also what was made of it */
                cascade?: boolean;
            };
            header?: never;
            path: {
                /** @description checksum of the file */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be served. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
}
